/** With how many decimals numbers of a kind are written: as many as they need, and no more than can be read. */
const MOST_DECIMALS = 12;

/** Decimals that show every one of these prices, with at most eight digits that mean something. */
export function decimalsOfPrices(prices: Iterable<number>): number {
  let decimals = 0;
  for (const price of prices)
    if (Number.isFinite(price) && price !== 0) decimals = Math.max(decimals, decimalsOf(Math.abs(price)));
  return decimals;
}

function decimalsOf(price: number): number {
  const most = Math.max(0, Math.min(MOST_DECIMALS, 7 - Math.floor(Math.log10(price))));
  for (let decimals = 0; decimals < most; decimals += 1)
    if (Math.abs(Number(price.toFixed(decimals)) - price) <= price * 1e-10) return decimals;
  return most;
}

/** Two for dollars; more where what is usually won or lost is small (a quote currency like BTC). */
export function decimalsOfMoney(amounts: readonly number[]): number {
  const sizes = amounts
    .filter((amount) => Number.isFinite(amount) && amount !== 0)
    .map(Math.abs)
    .toSorted((a, b) => a - b);
  const middle = sizes[sizes.length >>> 1];
  if (middle === undefined) return 2;
  return Math.min(MOST_DECIMALS, Math.max(2, 2 - Math.floor(Math.log10(middle))));
}

/** Ten digits are more than a page shows; what exceeds them is noise of the arithmetic. */
export const shortened = (value: number): number => (Number.isFinite(value) ? Number(value.toPrecision(10)) : value);
