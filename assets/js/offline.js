// Why something did not come over the network, in words. Browsers say the same of a server that does not answer and of
// a laptop without a network, and each in its own words.

/**
 * Return why something did not come: that there is no network, where the browser knows that, else what is given.
 * @param {string} reason a sentence
 */
export const whyFailed = (reason) => (navigator.onLine === false ? "This browser is offline." : reason);
