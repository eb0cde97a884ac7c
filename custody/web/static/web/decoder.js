// Decodes pictures beside the page, under rules of its own: it alone may compile WebAssembly (config/headers.py).
"use strict";

const OPTIONS = { formats: ["QRCode", "Code128"], maxNumberOfSymbols: 8, tryInvert: false };
let reader = null;

// First where its files are, then pictures, one after another.
onmessage = async ({ data }) => {
  if (!reader) {
    importScripts(data.reader);
    reader = self.ZXingWASM;
    // left to itself it would ask a server outside for its file
    await reader.prepareZXingModule({ overrides: { locateFile: () => data.wasm }, fireImmediately: true });
    postMessage("ready");
    return;
  }
  const found = await reader.readBarcodes(data, OPTIONS);
  postMessage(found.filter((one) => one.isValid).map((one) => one.text));
};
// a promise that fails is an error of the worker
onunhandledrejection = ({ reason }) => setTimeout(() => { throw reason; });
