// Numbers and days as the pages write them. `Intl` and `toLocaleString` write the same, but the first use of either
// takes a page 20 to 80 ms (measured on two cores), in which it neither paints nor answers.

const MONTHS = "January February March April May June July August September October November December".split(" ");
const MOST_DECIMALS = 12;

/** Return a number with commas between thousands, and at most twelve decimals: `15,305`. @param {number} value */
export function writeCount(value) {
  const rounded = Number(value.toFixed(MOST_DECIMALS));
  const isTiny = Math.abs(rounded) < 1e-6; // written with an exponent otherwise
  const digits = isTiny ? rounded.toFixed(MOST_DECIMALS).replace(/\.?0+$/, "") : String(rounded);
  const [whole, ...decimals] = digits.split(".");
  return [whole.replace(/\B(?=(\d{3})+$)/g, ","), ...decimals].join(".");
}

/**
 * Return the day of a time in UTC: `22 November 2026`.
 * @param {Date} date
 * @param {number} [letters] of the name of the month
 */
export const writeDay = (date, letters) =>
  `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()].slice(0, letters)} ${date.getUTCFullYear()}`;
