// Enough of the video was seen and has arrived: the page says so, and the way on stands out.
addEventListener("counted", () => {
  document.querySelector("[data-counted]").hidden = false;
  document.querySelector("[data-ask]")?.remove();
  document.querySelector("[data-next]")?.classList.add("btn-primary");
  const corner = document.querySelector("[data-lesson-state]");
  // The word and its shape as the server draws them.
  fetch(location.pathname)
    .then((response) => response.text())
    .then((html) => {
      const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-lesson-state]");
      if (fresh && corner) corner.replaceChildren(...fresh.childNodes);
    })
    .catch(() => {});
});
