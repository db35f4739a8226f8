/** What the queue showed last on this page: whoever comes back from a session finds it as it was. */

type Search = Readonly<Record<string, string | undefined>>;

let last: Search = {};
export const keepQueueSearch = (search: object): void => {
  last = { ...search };
};
export const lastQueueSearch = (): Search => last;
