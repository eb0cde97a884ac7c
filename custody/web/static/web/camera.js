// The camera: a worker decodes what it sees, so that the page goes on. No picture is kept, and none leaves the device.

// In milliseconds. A code that was out of sight for so long is shown again on purpose.
const AWAY = 2000;
const PAUSE = 80;
const LONGEST_SIDE = 1280;
const WISHES = { audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } } };
const WHY = { NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "missing", OverconstrainedError: "missing", NotReadableError: "busy", AbortError: "busy" };

// What a code names: the end of an address, or all of it. Both codes of one label name the same.
function named(text) {
  const end = text.trim().replace(/\/+$/, "").split("/").pop();
  try {
    return decodeURIComponent(end).toUpperCase();
  } catch {
    return end.toUpperCase();
  }
}

export class Camera {
  #panel;
  #video;
  #told;
  #torch;
  #read;
  #stream = null;
  #decoder = null;
  #sound = null;
  #seen = new Map();

  // read({ text, name }) is called once for each code that comes into sight.
  constructor(panel, read) {
    this.#panel = panel;
    this.#read = read;
    this.#video = panel.querySelector("video");
    this.#told = panel.querySelector("[data-told]");
    this.#torch = panel.querySelector("[data-torch]");
    this.#torch.addEventListener("click", () => this.#light(this.#torch.getAttribute("aria-pressed") !== "true"));
    // a camera that films a pocket empties the battery, and nobody knows that it runs
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && this.#stream) this.stop("hidden");
    });
  }

  get running() {
    return this.#stream !== null;
  }

  say(text) {
    this.#told.textContent = text;
  }

  // One of the panel's own words.
  tell(word) {
    this.say(this.#panel.dataset[word]);
  }

  async start() {
    if (this.#stream) return;
    this.#seen.clear();
    this.tell("opening");
    if (!navigator.mediaDevices) return this.tell("missing");
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia(WISHES);
    } catch (error) {
      return this.tell(WHY[error.name] || "missing");
    }
    this.#stream = stream;
    this.#panel.classList.add("running");
    const [track] = stream.getVideoTracks();
    track.addEventListener("ended", () => this.#stream === stream && this.stop("busy"));
    this.#torch.hidden = !track.getCapabilities?.().torch;
    this.#video.srcObject = stream;
    this.#sound ??= new AudioContext();
    try {
      await this.#video.play();
      this.#decoder ??= await this.#newDecoder();
    } catch {
      if (this.#stream === stream) this.stop("broken");
      return;
    }
    if (this.#stream !== stream) return;
    this.tell("aim");
    this.#watch(stream);
  }

  stop(word) {
    if (this.#stream) for (const track of this.#stream.getTracks()) track.stop();
    this.#stream = null;
    this.#video.srcObject = null;
    this.#torch.setAttribute("aria-pressed", "false");
    this.#panel.classList.remove("running");
    if (word) this.tell(word);
  }

  // Felt and heard: eyes are on the label, hands in gloves.
  signal(good) {
    navigator.vibrate?.(good ? 60 : [60, 60, 60, 60, 60]);
    const tone = this.#sound.createOscillator(), volume = this.#sound.createGain(), now = this.#sound.currentTime;
    tone.frequency.value = good ? 880 : 220;
    volume.gain.value = 0.1;
    tone.connect(volume).connect(this.#sound.destination);
    tone.start(now);
    tone.stop(now + (good ? 0.08 : 0.3));
  }

  #newDecoder() {
    const { decoder, reader, wasm } = this.#panel.dataset;
    const worker = new Worker(decoder);
    return new Promise((ready, failed) => {
      worker.onerror = failed;
      worker.onmessage = () => ready(worker);
      worker.postMessage({ reader, wasm });
    });
  }

  #decode(image) {
    return new Promise((done, failed) => {
      this.#decoder.onmessage = (answer) => done(answer.data);
      this.#decoder.onerror = failed;
      this.#decoder.postMessage(image, [image.data.buffer]);
    });
  }

  async #watch(stream) {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d", { willReadFrequently: true });
    while (this.#stream === stream) {
      const { videoWidth: width, videoHeight: height } = this.#video;
      if (width) {
        const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
        canvas.width = Math.round(width * scale);
        canvas.height = Math.round(height * scale);
        context.drawImage(this.#video, 0, 0, canvas.width, canvas.height);
        let texts;
        try {
          texts = await this.#decode(context.getImageData(0, 0, canvas.width, canvas.height));
        } catch {
          this.#decoder.terminate();
          this.#decoder = null;
          return this.stop("broken");
        }
        if (this.#stream === stream) for (const text of texts) this.#sight(text);
      }
      await new Promise((done) => setTimeout(done, PAUSE));
    }
  }

  #sight(text) {
    const name = named(text), now = performance.now(), last = this.#seen.get(name);
    this.#seen.set(name, now);
    if (last === undefined || now - last > AWAY) this.#read({ text, name });
  }

  // Show it once more and it counts: what was read could not be told to the server.
  forget(name) {
    this.#seen.delete(name);
  }

  async #light(on) {
    const [track] = this.#stream ? this.#stream.getVideoTracks() : [];
    if (!track) return;
    await track.applyConstraints({ advanced: [{ torch: on }] });
    this.#torch.setAttribute("aria-pressed", String(on));
  }
}
