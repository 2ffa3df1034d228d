// How long until the course begins, by the server's clock: the phone's may be wrong.
const corner = document.querySelector("[data-begins]");
if (corner) {
  const ahead = Date.parse(corner.dataset.now) - Date.now();
  const begins = Date.parse(corner.dataset.begins);
  const tell = () => {
    const minutes = Math.ceil((begins - Date.now() - ahead) / 60000);
    if (minutes <= 0) {
      corner.textContent = corner.dataset.begun;
      return;
    }
    const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
    const word = days ? "days" : hours ? "hours" : "minutes";
    corner.textContent = corner.dataset[word]
      .replace("{days}", days)
      .replace("{hours}", hours)
      .replace("{minutes}", minutes % 60);
    setTimeout(tell, 5000);
  };
  tell();
}
