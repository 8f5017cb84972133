// What all pages share. Nothing here is needed to read a page.
"use strict";

// A page that nobody sees asks for nothing.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.requestConfig.verb === "get") {
    event.preventDefault();
  }
});

// Says something to everybody, whether they see the page or hear it; for a while.
let silence;
window.say = (text) => {
  const said = document.getElementById("said");
  said.textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => { said.textContent = ""; }, 8000);
};

// An answer may say something by its HX-Trigger header.
document.addEventListener("say", (event) => window.say(event.detail.value));

document.addEventListener("htmx:sendError", () => {
  window.say("tagbridge does not answer; it may have ended.");
});

document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  window.say(
    status === 403
      ? "This page is not let in any more: open it again with “tagbridge review”."
      : `That did not work (status ${status}).`,
  );
});
