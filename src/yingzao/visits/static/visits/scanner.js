// Reads QR codes on the page: by the camera, or from a photo, which needs neither a secure context nor a permission. The
// browser's own reader is used where it has one, else qr.js. Pages of the field name this script before their own.
//
//   Scanner.fill(element, take)   // element holds [data-camera] button, [data-photo] input, video, [data-scan-said], [data-scan-stop]
//   take(text)                    // what was read; false: not what is looked for, go on

(() => {
  const PAUSE = 120; // ms between two looks
  const WIDEST = 720; // pixels of the square that is looked at
  const LARGEST_PHOTO = 1600; // pixels; a code on a photo is found at any of these sizes
  const PHOTO_SIZES = [LARGEST_PHOTO, 1000, 600];
  const AGAIN = 3_000; // ms for which one and the same code is not taken once more

  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  let native; // undefined: not looked yet; null: there is none
  async function detector() {
    if (native !== undefined) return native;
    const formats = (await globalThis.BarcodeDetector?.getSupportedFormats?.().catch(() => [])) ?? [];
    native = formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
    return native;
  }

  /** The text of a code on the canvas; undefined where there is none. */
  async function read(canvas) {
    const own = await detector();
    if (own) {
      const found = await own.detect(canvas).catch(() => []);
      if (found.length) return found[0].rawValue;
    }
    try {
      return QR.decode(canvas.getContext("2d", { willReadFrequently: true }).getImageData(0, 0, canvas.width, canvas.height));
    } catch {
      return undefined;
    }
  }

  function square(video, canvas) {
    const side = Math.min(video.videoWidth, video.videoHeight);
    const size = Math.min(side, WIDEST);
    canvas.width = canvas.height = size;
    const [x, y] = [(video.videoWidth - side) / 2, (video.videoHeight - side) / 2];
    canvas.getContext("2d", { willReadFrequently: true }).drawImage(video, x, y, side, side, 0, 0, size, size);
  }

  /** The text of a code on a photo; undefined where there is none, or the file is no picture. */
  async function readPhoto(file) {
    const picture = await createImageBitmap(file).catch(() => undefined);
    if (!picture) return undefined;
    const canvas = document.createElement("canvas");
    for (const size of PHOTO_SIZES) {
      const scale = Math.min(1, size / Math.max(picture.width, picture.height));
      [canvas.width, canvas.height] = [Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale))];
      canvas.getContext("2d", { willReadFrequently: true }).drawImage(picture, 0, 0, canvas.width, canvas.height);
      const text = await read(canvas);
      if (text) return text;
    }
    return undefined;
  }

  /** Why the camera cannot be had: a word of the page. */
  function whyNot(failure) {
    if (!globalThis.isSecureContext || !navigator.mediaDevices) return "insecure";
    if (failure?.name === "NotAllowedError" || failure?.name === "SecurityError") return "denied";
    if (failure?.name === "NotFoundError" || failure?.name === "OverconstrainedError") return "none";
    return "busy";
  }

  function fill(element, take) {
    const video = element.querySelector("video");
    const said = element.querySelector("[data-scan-said]");
    const frame = element.querySelector("[data-scan-frame]");
    const canvas = document.createElement("canvas");
    let stream;
    let turn = 0;

    const say = (word, tone = "") => {
      said.textContent = word ? element.dataset[word] : "";
      said.dataset.tone = tone;
    };

    async function start() {
      stop();
      const mine = ++turn;
      say("starting");
      try {
        if (!navigator.mediaDevices?.getUserMedia) throw new Error("no camera here");
        const opened = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 } } });
        if (mine !== turn) return opened.getTracks().forEach((track) => track.stop());
        stream = opened;
        video.srcObject = stream;
        frame.hidden = false;
        await video.play();
      } catch (failure) {
        stop();
        return say(whyNot(failure), "clay");
      }
      say("looking");
      let last = { text: "", at: 0 };
      while (mine === turn) {
        await wait(PAUSE);
        if (mine !== turn || video.readyState < 2 || document.hidden) continue;
        square(video, canvas);
        const text = await read(canvas);
        if (!text || mine !== turn || (text === last.text && Date.now() - last.at < AGAIN)) continue;
        last = { text, at: Date.now() };
        navigator.vibrate?.(60);
        if ((await take(text)) === false) say("other", "clay");
        else if (!("goesOn" in element.dataset)) return stop();
        else say("looking");
      }
    }

    function stop() {
      turn += 1;
      stream?.getTracks().forEach((track) => track.stop());
      stream = undefined;
      video.srcObject = null;
      frame.hidden = true;
      say("");
    }

    element.querySelector("[data-camera]").addEventListener("click", start);
    element.querySelector("[data-scan-stop]").addEventListener("click", stop);
    element.querySelector("[data-photo]").addEventListener("change", async (event) => {
      const [file] = event.target.files;
      event.target.value = "";
      if (!file) return;
      say("starting");
      const text = await readPhoto(file);
      if (!text) return say("nothing", "clay");
      if ((await take(text)) === false) return say("other", "clay");
      say("");
    });
    element.hidden = false;
    return { start, stop };
  }

  globalThis.Scanner = { fill, readPhoto };
})();
