// The one array type that every room speaks: a dense float array on the host.

/** A dense array on the host. `shape` is row-major; `data.length` is the product of `shape`. */
export type Tensor = { data: Float32Array; shape: readonly number[] };

/** The number of elements that `shape` holds (1 for a scalar). */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const dim of shape) size *= dim;
  return size;
}

/** Makes a tensor; zeros when `data` is left out. Throws when `data.length` isn't the product of `shape`. */
export function tensor(shape: readonly number[], data: Float32Array = new Float32Array(sizeOf(shape))): Tensor {
  if (data.length !== sizeOf(shape)) {
    throw new RangeError(`a tensor of shape [${shape}] holds ${sizeOf(shape)} numbers, got ${data.length}`);
  }
  return { data, shape };
}
