/** How many positions, in words. */

export const positionsText = (count: number): string => (count === 1 ? "1 position" : `${count} positions`);

/** What stays when a session ends. */
export const leftBehindText = (count: number): string =>
  count === 0 ? "nothing is open" : `left behind: ${positionsText(count)}`;
