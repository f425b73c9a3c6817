// Watches a page for benchmarks/site.py: runs in it before its own scripts.
{
  /** An answer that takes longer is not waited for. */
  const LATEST_MS = 5_000;
  let showPictures = () => {};
  const watch = {
    /** When the first twelve pictures were painted. @type {Promise<number>} */
    pictures: new Promise((resolve) => (showPictures = resolve)),
    /** Addresses of these pictures. @type {string[]} */
    firstPictures: [],
    longestTask: 0,
    shift: 0,
    /** Layout shift, also that within half a second after input. */
    allShift: 0,
    /** Milliseconds from an input event to the frame that shows its answer. @type {Promise<number>} */
    painted: Promise.resolve(0),

    /** Time from the next event of this name to the next change of the results. @param {string} name */
    begin(name) {
      watch.painted = new Promise((resolve) => {
        let start = null;
        addEventListener(name, (event) => (start = event.timeStamp), { capture: true, once: true });
        const observer = new MutationObserver(async () => {
          if (start === null) return;
          observer.disconnect();
          resolve((await afterFrame()) - start);
        });
        observer.observe(document.querySelector("result-toolbar [data-part=count]"), {
          childList: true,
          subtree: true,
        });
        setTimeout(resolve, LATEST_MS, LATEST_MS);
      });
    },

    /** Time from the next event of this name to the next frame. @param {string} name */
    beginIdle(name) {
      watch.painted = new Promise((resolve) => {
        const finish = async (/** @type {Event} */ event) => resolve((await afterFrame()) - event.timeStamp);
        addEventListener(name, finish, { capture: true, once: true });
      });
    },
  };
  globalThis.watch = watch;

  /** Return when the next frame was painted. @returns {Promise<number>} */
  function afterFrame() {
    return new Promise((resolve) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(null);
      });
    });
  }

  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) watch.longestTask = Math.max(watch.longestTask, duration);
  }).observe({ type: "longtask", buffered: true });

  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) {
      watch.allShift += value;
      if (!hadRecentInput) watch.shift += value;
    }
  }).observe({ type: "layout-shift", buffered: true });

  /** Look at every frame: load events of lazy pictures come late, or before others are there. */
  const look = async () => {
    const images = [...document.querySelectorAll("result-list img")].slice(0, 12);
    const isDone = document.readyState !== "loading" && images.every((each) => each.complete && each.naturalWidth);
    if (isDone) watch.firstPictures = images.map((each) => each.currentSrc);
    if (isDone) showPictures(await afterFrame());
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
