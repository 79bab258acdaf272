// Copy buttons. They stand hidden in the page: without this script there is nothing to press, and
// one click selects a whole answer.
"use strict";

const heard = document.querySelector("[data-copy-status]");

// For a page without TLS, where the browser gives no clipboard.
function copySelected(place) {
  const range = document.createRange();
  range.selectNodeContents(place);
  const selection = window.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  return document.execCommand("copy");
}

async function copy(place) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(place.textContent);
      return true;
    } catch {
      // Not allowed: try the older way.
    }
  }
  return copySelected(place);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const word = button.querySelector("[data-word]");
  const usual = word.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copy(document.getElementById(button.dataset.copy));
    word.textContent = done ? button.dataset.copied : button.dataset.failed;
    heard.textContent = word.textContent;
    window.setTimeout(() => {
      word.textContent = usual;
      heard.textContent = "";
    }, 3000);
  });
}
