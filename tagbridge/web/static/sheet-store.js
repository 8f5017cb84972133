// The photos of one filter, fetched page by page as somebody comes to them.
const MOST_PAGES = 40; // in memory, of 200 photos each
const SIZE = 200;

export class Store extends EventTarget {
  constructor(query) {
    super();
    this.query = query;
    this.total = null;
    this.size = SIZE;
    this.starts = [""];
    this.pages = new Map(); // by number, the longest unused first
    this.fetching = new Map();
    this.keys = new Map(); // where a photo is, by its key
  }

  // The first page does not wait until all photos are counted.
  async open() {
    const counted = this.#ask("/photos/starts").then((answer) => {
      this.total = answer.total;
      this.size = answer.size;
      this.starts = answer.starts.length ? answer.starts : [""];
      if (this.size !== SIZE) this.pages.clear();
      this.dispatchEvent(new Event("counted"));
    });
    await this.fetch(0);
    await counted;
  }

  get length() {
    return this.total ?? (this.pages.get(0)?.length ?? 0);
  }

  // Returns a photo, or undefined while it is not there.
  at(index) {
    const number = Math.floor(index / this.size);
    const page = this.pages.get(number);
    if (!page) return undefined;
    this.pages.delete(number);
    this.pages.set(number, page);
    return page[index % this.size];
  }

  // Fetches the pages between two photos, and gives up those that are not wanted any more.
  want(first, last) {
    const from = Math.floor(first / this.size);
    const to = Math.floor(Math.max(first, last) / this.size);
    for (const [number, { stop }] of this.fetching) {
      if (number < from - 1 || number > to + 1) stop.abort();
    }
    for (let number = from; number <= to && number < this.starts.length; number += 1) {
      this.fetch(number).catch(() => {});
    }
  }

  async load(index) {
    await this.fetch(Math.floor(index / this.size));
    return this.at(index);
  }

  fetch(number) {
    if (this.pages.has(number)) return Promise.resolve();
    const known = this.fetching.get(number);
    if (known) return known.promise;
    const stop = new AbortController();
    const promise = this.#ask("/photos/rows", { start: this.starts[number], limit: this.size }, stop.signal)
      .then((answer) => this.#keep(number, answer.rows))
      .finally(() => this.fetching.delete(number));
    this.fetching.set(number, { promise, stop });
    return promise;
  }

  // Puts photos as they are now in the place of those that were known.
  renew(rows) {
    for (const row of rows) {
      const index = this.keys.get(row.key);
      const page = index === undefined ? undefined : this.pages.get(Math.floor(index / this.size));
      if (page) page[index % this.size] = row;
    }
    this.dispatchEvent(new Event("changed"));
  }

  #keep(number, rows) {
    this.pages.set(number, rows);
    rows.forEach((row, i) => this.keys.set(row.key, number * this.size + i));
    while (this.pages.size > MOST_PAGES) {
      const [oldest, gone] = this.pages.entries().next().value;
      gone.forEach((row) => this.keys.delete(row.key));
      this.pages.delete(oldest);
    }
    this.dispatchEvent(new Event("changed"));
  }

  async #ask(path, more = {}, signal = undefined) {
    const query = new URLSearchParams(this.query);
    for (const [name, value] of Object.entries(more)) query.set(name, value);
    const answer = await fetch(`${path}?${query}`, { signal });
    if (!answer.ok) throw new Error(answer.status === 403
      ? "This page is not let in any more: open it again with “tagbridge review”."
      : `That did not work (status ${answer.status}).`);
    return answer.json();
  }
}
