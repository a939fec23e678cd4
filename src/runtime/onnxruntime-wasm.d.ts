// The build of onnxruntime-web for wasm: package.json's "imports" chooses another one in Node, where the one for pages
// can't start its threads.
declare module "#onnxruntime-wasm" {
  export * from "onnxruntime-web/wasm";
}
