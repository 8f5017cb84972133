// The contact sheet: keys, selection and decisions.
import { Store } from "./sheet-store.js";
import { Grid, words_of } from "./sheet-grid.js";

const AT_ONCE = 25; // photos in one request, so that one sees how far it is
const MOST_SELECTED = 5000;
const $ = (id) => document.getElementById(id);

const box = $("grid");
const selected = new Map(); // photos by their keys
const store = new Store(box.dataset.query);
const grid = new Grid(box, $("cells"), store, selected);
let anchor = 0;
let busy = false;

function tell() {
  const total = store.total === null ? "Counting…"
    : `${store.total.toLocaleString()} ${store.total === 1 ? "photo" : "photos"}`;
  $("count").textContent = selected.size ? `${total}, ${selected.size.toLocaleString()} selected` : total;
  $("empty").hidden = store.total !== 0;
  $("clear").disabled = !selected.size;
  const none = busy || !store.length;
  for (const id of ["open", "accept", "remove"]) $(id).disabled = none;
}

store.addEventListener("counted", tell);
store.addEventListener("changed", tell);
// Whoever looked at one photo goes on where they were.
const PLACE = `place ${box.dataset.query}`;
store.open().then(come_back, (error) => window.say(error.message));

function come_back() {
  const place = Number(sessionStorage.getItem(PLACE) ?? 0);
  if (place > 0 && place < store.length) {
    anchor = place;
    grid.go(place);
  }
  tell();
}

window.addEventListener("pagehide", () => sessionStorage.setItem(PLACE, String(grid.active)));

// What the deeds are about: the selection, or else the photo that is active.
function chosen() {
  const photo = store.at(grid.active);
  return selected.size ? [...selected.values()] : photo ? [photo] : [];
}

function toggle(index) {
  const photo = store.at(index);
  if (!photo) return;
  if (!selected.delete(photo.key)) selected.set(photo.key, photo);
}

async function extend(index) {
  const [from, to] = [Math.min(anchor, index), Math.max(anchor, index)];
  selected.clear();
  for (let i = from; i <= to && selected.size < MOST_SELECTED; i += 1) {
    const photo = store.at(i) ?? await store.load(i);
    if (photo) selected.set(photo.key, photo);
  }
  if (to - from >= MOST_SELECTED) window.say(`No more than ${MOST_SELECTED} photos are selected at once.`);
  grid.draw();
  tell();
}

async function post(path, asked) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(asked),
  });
  if (!answer.ok) throw new Error(answer.status === 403
    ? "This page is not let in any more: open it again with “tagbridge review”."
    : `That did not work (status ${answer.status}).`);
  return answer.json();
}

function renew(rows) {
  store.renew(rows);
  for (const row of rows) if (selected.has(row.key)) selected.set(row.key, row);
}

async function alone(work) {
  if (busy) return;
  busy = true;
  tell();
  try {
    await work();
  } catch (error) {
    window.say(error.message);
  } finally {
    busy = false;
    tell();
  }
}

function decide(deed, keywords, photos) {
  return alone(async () => {
    const batch = crypto.randomUUID();
    let failed = 0;
    let said = "";
    for (let i = 0; i < photos.length; i += AT_ONCE) {
      const keys = photos.slice(i, i + AT_ONCE).map((photo) => photo.key);
      const answer = await post("/photos/decide", { deed, keywords, keys, batch });
      renew(answer.rows);
      failed += answer.failed;
      said = answer.said;
      if (photos.length > AT_ONCE) {
        const done = Math.min(i + AT_ONCE, photos.length);
        said = `${done} of ${photos.length} photos${failed ? `, ${failed} could not be changed` : ""}.`;
        window.say(said);
      }
    }
    window.say(said);
  });
}

const undo = () => alone(async () => {
  const answer = await post("/photos/undo", {});
  renew(answer.rows);
  window.say(answer.said);
});

const accept = () => decide("accept", [], chosen());

// Asks which keywords; one that the filter names is meant.
function remove() {
  const photos = chosen();
  const counts = new Map();
  for (const photo of photos) {
    for (const word of words_of(photo)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  if (!counts.size) {
    window.say("There are no keywords of ours to remove.");
    return;
  }
  const filtered = $("keyword").defaultValue.trim().toLowerCase();
  const dialog = $("removing");
  const list = $("removing-words");
  list.replaceChildren(list.firstElementChild);
  for (const [word, count] of [...counts].sort((a, b) => b[1] - a[1])) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.type = "checkbox";
    input.value = word;
    input.checked = counts.size === 1 || word.toLowerCase() === filtered;
    const number = document.createElement("small");
    number.textContent = photos.length > 1 ? `in ${count} of ${photos.length}` : "";
    label.append(input, word, " ", number);
    list.append(label);
  }
  $("removing-what").textContent = photos.length === 1 ? photos[0].name : `${photos.length} photos`;
  dialog.returnValue = "cancel";
  dialog.showModal();
  list.querySelector("input:checked, input")?.focus();
  dialog.onclose = () => {
    const words = [...list.querySelectorAll("input:checked")].map((input) => input.value);
    grid.go(grid.active);
    if (dialog.returnValue === "remove" && words.length) decide("remove", words, photos);
    if (dialog.returnValue === "never" && words.length) never(words, photos);
  };
}

async function never(words, photos) {
  for (const word of words) await decide("never", [word], photos);
}

function open_photo() {
  const photo = store.at(grid.active);
  if (!photo) return;
  const query = new URLSearchParams(box.dataset.query);
  query.set("key", photo.key);
  location.href = `/photos/photo?${query}`;
}

function unblur() {
  const photo = store.at(grid.active);
  if (photo && !grid.unblurred.delete(photo.key)) grid.unblurred.add(photo.key);
  grid.draw();
}

function clear() {
  selected.clear();
  grid.draw();
  tell();
}

const STEPS = {
  ArrowLeft: () => -1,
  ArrowRight: () => 1,
  ArrowUp: () => -grid.columns,
  ArrowDown: () => grid.columns,
  PageUp: () => -grid.seen * grid.columns,
  PageDown: () => grid.seen * grid.columns,
  Home: () => -grid.active,
  End: () => store.length - 1 - grid.active,
};
const DEEDS = {
  a: accept,
  r: remove,
  u: undo,
  v: unblur,
  "/": () => $("keyword").focus(),
  "?": () => $("keys").showModal(),
  Escape: clear,
};

document.addEventListener("keydown", (event) => {
  const elsewhere = event.target.closest("input:not([type=radio], [type=checkbox]), select, dialog");
  if (elsewhere || event.ctrlKey || event.metaKey || event.altKey) return;
  const in_grid = event.target.closest(".cell") || event.target === document.body;
  if (in_grid && STEPS[event.key]) {
    const before = grid.active;
    const target = before + STEPS[event.key]();
    const stays = (event.key === "ArrowUp" && target < 0) || (event.key === "ArrowDown" && target >= store.length);
    if (!event.shiftKey) anchor = stays ? before : target;
    if (!stays) grid.go(target);
    if (event.shiftKey) extend(grid.active);
  } else if (in_grid && event.key === " ") {
    anchor = grid.active;
    toggle(grid.active);
    grid.draw();
    tell();
  } else if (in_grid && event.key === "Enter") {
    open_photo();
  } else if (DEEDS[event.key]) {
    DEEDS[event.key]();
  } else {
    return;
  }
  event.preventDefault();
});

$("cells").addEventListener("click", (event) => {
  const cell = event.target.closest(".cell");
  if (!cell) return;
  const index = Number(cell.dataset.index);
  grid.go(index);
  if (event.shiftKey) {
    extend(index);
    return;
  }
  anchor = index;
  toggle(index);
  grid.draw();
  tell();
});
$("cells").addEventListener("dblclick", open_photo);
$("cells").addEventListener("focusin", (event) => {
  const cell = event.target.closest(".cell");
  if (cell && Number(cell.dataset.index) !== grid.active) {
    grid.active = Number(cell.dataset.index);
    grid.draw();
  }
});

$("open").addEventListener("click", open_photo);
$("accept").addEventListener("click", accept);
$("remove").addEventListener("click", remove);
$("undo").addEventListener("click", undo);
$("clear").addEventListener("click", clear);
$("help").addEventListener("click", DEEDS["?"]);
$("unblur").addEventListener("change", (event) => {
  grid.show_all = event.target.checked;
  grid.draw();
});
$("filter").addEventListener("change", (event) => {
  if (event.target.id !== "unblur") $("filter").requestSubmit();
});
// An empty field says nothing in the address.
$("filter").addEventListener("formdata", ({ formData }) => {
  for (const [name, value] of [...formData]) {
    if (!value || (name === "show" && value === "all")) formData.delete(name);
  }
});
tell();
