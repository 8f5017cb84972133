// A grid of which only what is seen exists: cells of one size, placed by their number.
const WIDE = 190; // pixels of a cell, at least
const HIGH = 214;
const MORE = 2; // rows above and below those that are seen
const TALLEST = 15_000_000; // pixels; browsers end elements at twice that
const QUIET_MS = 70; // pictures are asked for when the grid stands still

const BADGES = { review: "awaits review", parked: "parked", reviewed: "✓", new: "", none: "" };
const STATES = {
  review: "awaits your review",
  parked: "parked",
  reviewed: "reviewed",
  new: "not reviewed",
  none: "no keywords of ours",
};

export class Grid {
  constructor(box, list, store, selected) {
    this.box = box;
    this.list = list;
    this.store = store;
    this.selected = selected;
    this.active = 0;
    this.unblurred = new Set();
    this.cells = new Map(); // by the number of the photo
    this.spare = [];
    this.columns = 1;
    box.addEventListener("scroll", () => this.draw(), { passive: true });
    new ResizeObserver(() => this.measure()).observe(box);
    store.addEventListener("counted", () => this.measure());
    store.addEventListener("changed", () => this.draw());
    this.measure();
  }

  measure() {
    const style = getComputedStyle(this.box);
    const width = this.box.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const before = this.row(this.active);
    this.columns = Math.max(1, Math.floor(width / WIDE));
    this.wide = width / this.columns;
    this.rows = Math.ceil(this.store.length / this.columns);
    this.full = this.rows * HIGH;
    this.shown = Math.min(this.full, TALLEST);
    this.list.style.height = `${this.shown}px`;
    if (before !== this.row(this.active)) this.reveal(this.active);
    this.draw();
  }

  row(index) {
    return Math.floor(index / this.columns);
  }

  // How far down one is, in pixels of all rows together.
  get top() {
    const room = this.shown - this.box.clientHeight;
    if (this.full <= TALLEST || room <= 0) return this.box.scrollTop;
    return (this.box.scrollTop / room) * (this.full - this.box.clientHeight);
  }

  set top(pixels) {
    const room = this.shown - this.box.clientHeight;
    const scale = this.full <= TALLEST || room <= 0 ? 1 : room / (this.full - this.box.clientHeight);
    this.box.scrollTop = pixels * scale;
  }

  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.place());
  }

  place() {
    const { top } = this;
    const first = Math.max(0, Math.floor(top / HIGH) - MORE) * this.columns;
    const last = Math.min(
      this.store.length,
      (Math.ceil((top + this.box.clientHeight) / HIGH) + MORE) * this.columns,
    );
    const wanted = new Set();
    for (let index = first; index < last; index += 1) wanted.add(index);
    // Whoever has the focus keeps it.
    if (this.active < this.store.length) wanted.add(this.active);
    for (const [index, cell] of this.cells) {
      if (!wanted.has(index)) this.put_away(index, cell);
    }
    const shift = this.box.scrollTop - top;
    for (const index of wanted) this.put(index, shift);
    this.store.want(first, last - 1);
    clearTimeout(this.still);
    this.still = setTimeout(() => this.pictures(), QUIET_MS);
    if (!this.begun && this.cells.size) {
      this.begun = true;
      this.pictures();
    }
  }

  put_away(index, cell) {
    this.cells.delete(index);
    cell.img.removeAttribute("src");
    cell.img.hidden = true;
    cell.key = null;
    cell.node.remove();
    this.spare.push(cell);
  }

  put(index, shift) {
    let cell = this.cells.get(index);
    if (!cell) {
      cell = this.spare.pop() ?? make();
      this.cells.set(index, cell);
      cell.node.dataset.index = index;
      cell.node.id = `cell-${index}`;
      this.list.append(cell.node);
    }
    const { node } = cell;
    const x = (index % this.columns) * this.wide;
    const y = this.row(index) * HIGH + shift;
    node.style.transform = `translate(${x}px, ${y}px)`;
    node.style.width = `${this.wide}px`;
    node.style.height = `${HIGH}px`;
    this.fill(cell, index, this.store.at(index));
  }

  fill(cell, index, photo) {
    const { node } = cell;
    const is_active = index === this.active;
    node.tabIndex = is_active ? 0 : -1;
    node.setAttribute("aria-posinset", index + 1);
    node.setAttribute("aria-setsize", this.store.total ?? -1);
    node.setAttribute("aria-selected", photo ? this.selected.has(photo.key) : false);
    if (cell.photo === photo && photo) {
      node.classList.toggle("active", is_active);
      node.classList.toggle("blurred", this.is_blurred(photo));
      return;
    }
    cell.photo = photo;
    node.className = ["cell", photo?.state, is_active && "active", photo && this.is_blurred(photo) && "blurred"]
      .filter(Boolean).join(" ");
    cell.name.textContent = photo?.name ?? "";
    cell.words.textContent = photo ? words_of(photo).join(", ") : "";
    cell.badge.textContent = photo ? BADGES[photo.state] : "";
    node.title = photo ? [photo.folder, photo.reason].filter(Boolean).join("\n") : "";
    node.setAttribute("aria-label", photo ? label_of(photo) : "loading");
  }

  is_blurred(photo) {
    return photo.nsfw && !this.show_all && !this.unblurred.has(photo.key);
  }

  pictures() {
    for (const cell of this.cells.values()) {
      const { photo, img } = cell;
      if (!photo || cell.key === photo.key) continue;
      cell.key = photo.key;
      img.hidden = true;
      if (photo.picture) img.src = `/photos/small?key=${photo.key}&v=${photo.picture}`;
    }
  }

  reveal(index) {
    const y = this.row(index) * HIGH;
    const { top } = this;
    if (y < top) this.top = y;
    else if (y + HIGH > top + this.box.clientHeight) this.top = y + HIGH - this.box.clientHeight;
  }

  // Makes a photo the active one, brings it into sight and gives it the focus.
  go(index) {
    if (!this.store.length) return;
    this.active = Math.min(Math.max(0, index), this.store.length - 1);
    this.reveal(this.active);
    this.place();
    this.cells.get(this.active)?.node.focus({ preventScroll: true });
  }

  get seen() {
    return Math.max(1, Math.floor(this.box.clientHeight / HIGH));
  }
}

function make() {
  const node = document.createElement("div");
  node.setAttribute("role", "option");
  const add = (parent, tag, name) => {
    const made = document.createElement(tag);
    if (name) made.className = name;
    parent.append(made);
    return made;
  };
  const frame = add(node, "div", "frame");
  const img = add(frame, "img");
  img.alt = "";
  img.hidden = true;
  img.decoding = "async";
  img.draggable = false;
  img.addEventListener("load", () => { img.hidden = false; });
  const cell = { node, img, name: add(node, "div", "name"), words: add(node, "div", "words"), key: null };
  cell.badge = add(node, "span", "badge");
  add(node, "span", "tick").textContent = "✓";
  return cell;
}

export function words_of(photo) {
  return photo.keywords.filter((word) => word.fate !== "removed").map((word) => word.text);
}

function label_of(photo) {
  const words = words_of(photo);
  const parts = [photo.name, STATES[photo.state], words.length ? words.join(", ") : "no keywords"];
  if (photo.nsfw) parts.push("not safe for work");
  return parts.join("; ");
}
