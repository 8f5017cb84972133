// The page of one photo: keys, what is blurred, what is copied.
const figure = document.querySelector(".picture");
const details = () => document.getElementById("details");

document.getElementById("unblur-one")?.addEventListener("click", () => {
  figure.classList.remove("blurred");
  place_names();
});

// Names stand at their rectangles; the places are only known to the browser.
function place_names() {
  const svg = figure.querySelector("svg");
  if (!svg || figure.classList.contains("blurred")) return;
  figure.querySelectorAll(".tag").forEach((tag) => tag.remove());
  for (const region of svg.querySelectorAll("[data-name]")) {
    if (!region.dataset.name) continue;
    const tag = document.createElement("span");
    tag.className = "tag";
    tag.setAttribute("aria-hidden", "true");
    tag.textContent = region.dataset.name;
    tag.style.left = `${Number(region.getAttribute("x")) * 100}%`;
    tag.style.top = `${Number(region.getAttribute("y")) * 100}%`;
    svg.parentElement.append(tag);
  }
}
place_names();

document.addEventListener("click", async (event) => {
  const text = event.target.closest("[data-copy]")?.dataset.copy;
  if (text === undefined) return;
  try {
    await navigator.clipboard.writeText(text);
    window.say("Copied.");
  } catch {
    window.say("The browser does not allow that: select it and copy it yourself.");
  }
});

// What was decided is gone from where the focus was.
document.addEventListener("htmx:afterSwap", () => details().focus({ preventScroll: true }));

const press = (deed) => {
  const button = details().querySelector(`form.deed button[value=${deed}]`);
  button?.click();
};
const KEYS = {
  a: () => press("accept"),
  r: () => press("remove"),
  u: () => press("undo"),
  v: () => figure.classList.toggle("blurred"),
  ArrowLeft: () => document.querySelector("[rel=prev]")?.click(),
  ArrowRight: () => document.querySelector("[rel=next]")?.click(),
  Escape: () => document.getElementById("sheet").click(),
};
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, summary");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
});
