// Several pictures evaluated at once draw each from its own stream, so that a picture's noise never depends on the
// batch that it is made in.
import { type Tensor, tensor } from "../core/index.ts";
import { incrementOf, type Generator } from "../random/index.ts";

/**
 * A generator for batches: row i of what it draws comes from `generators[i]`, as if it were drawn for one picture
 * alone. Shapes are (B, ...) with B = generators.length; throws RangeError otherwise.
 */
export function stackGenerators(generators: readonly Generator[]): Generator {
  const draw = (shape: readonly number[], one: (generator: Generator, shape: readonly number[]) => Tensor): Tensor => {
    const [rows, ...rest] = shape;
    if (rows !== generators.length) {
      throw new RangeError(`a batch of ${generators.length} can't draw noise of shape [${shape}]`);
    }
    const stacked = tensor(shape);
    const size = stacked.data.length / rows;
    generators.forEach((generator, row) => stacked.data.set(one(generator, [1, ...rest]).data, row * size));
    return stacked;
  };
  return {
    randn: (shape) => draw(shape, (generator, row) => generator.randn(row)),
    rand: (shape) => draw(shape, (generator, row) => generator.rand(row)),
    randint: (low, high, shape) => draw(shape, (generator, row) => generator.randint(low, high, row)),
    randperm: (n) => generators[0].randperm(n),
    increment({ shape: [, ...rest], ...path }, from, to) {
      const whole = tensor([generators.length, ...rest]);
      const size = whole.data.length / generators.length;
      generators.forEach((generator, row) => {
        const part = incrementOf(generator, { ...path, shape: [1, ...rest] }, from, to);
        if (part === undefined) throw new RangeError(`the source of row ${row} has no Brownian path`);
        whole.data.set(part, row * size);
      });
      return whole.data;
    },
    state: () => ({ kind: "stack", rows: generators.map((generator) => generator.state()) }),
  };
}
