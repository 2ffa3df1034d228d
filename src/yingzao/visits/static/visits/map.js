// The stops as numbered marks, a line from one to the next, and a scale in kilometres; a ground of tiles only where the
// page names one. The list below says the same without this script. Leaflet is fetched once the map comes into sight.
const box = document.querySelector("[data-map]");
const stops = [...document.querySelectorAll("#route > li")].map((line) => ({
  at: [Number(line.dataset.lat), Number(line.dataset.lon)],
  number: line.value,
  title: line.dataset.title,
}));

function fetchLeaflet() {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = box.dataset.leaflet;
    script.addEventListener("load", () => done(window.L));
    script.addEventListener("error", failed);
    document.head.append(script);
  });
}

function mark(L, { number }) {
  const shape = document.createElement("span");
  shape.className = "num";
  shape.textContent = number;
  return L.divIcon({ html: shape, className: "route-mark", iconSize: [32, 32] });
}

function draw(L) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(box, {
    zoomControl: false,
    attributionControl: false,
    scrollWheelZoom: false, // nor is one finger: both scroll the page
    dragging: !matchMedia("(pointer: coarse)").matches,
    zoomAnimation: !calm,
    fadeAnimation: !calm,
    maxZoom: 18,
    minZoom: 3,
  });
  L.control.zoom({ zoomInTitle: box.dataset.zoomIn, zoomOutTitle: box.dataset.zoomOut }).addTo(map);
  L.control.scale({ imperial: false, maxWidth: 120 }).addTo(map);
  if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { maxZoom: 18 }).addTo(map);
  const places = stops.map(({ at }) => at);
  const whole = () => map.fitBounds(L.latLngBounds(places), { padding: [40, 40], maxZoom: 15, animate: false });
  whole(); // first: a mark has no element before the map shows a place
  if (places.length > 1) L.polyline(places, { className: "route-line", weight: 3, interactive: false }).addTo(map);
  for (const stop of stops) {
    const pin = L.marker(stop.at, { icon: mark(L, stop), riseOnHover: true }).addTo(map);
    pin.bindTooltip(document.createTextNode(stop.title), { className: "route-name", direction: "top", offset: [0, -16] });
    pin.getElement().setAttribute("aria-label", `${stop.number}. ${stop.title}`);
  }
  addEventListener("beforeprint", () => {
    map.invalidateSize({ animate: false });
    whole();
  });
}

if (box && stops.length) {
  box.hidden = false;
  let isDrawn = false;
  addEventListener("beforeprint", () => isDrawn || (box.hidden = true)); // an empty frame says nothing on paper
  addEventListener("afterprint", () => isDrawn || (box.hidden = false));
  const eye = new IntersectionObserver(async (seen) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    eye.disconnect();
    isDrawn = true;
    const leaflet = await fetchLeaflet().catch(() => null);
    if (leaflet) draw(leaflet);
    else box.hidden = true; // without a network, and never fetched: the list is there
  }, { rootMargin: "300px" });
  eye.observe(box);
}
