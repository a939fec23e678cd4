// From a spiral of dots to a model that draws it: training, then the same starting noise walked by three samplers.
import { sample, schedulerFromConfig, withSampler } from "driftfield/diffusion";
import { add, concat, cos, input, meanSquaredError, mul, reshape, silu, sin, sub, type Sym } from "driftfield/graph";
import { denseLayer, registryOf, Scope, type LossFunction } from "driftfield/nn";
import { counterGenerator } from "driftfield/random";
import { compile, nodeBackend } from "driftfield/runtime";
import { initialState, trainLoop } from "driftfield/training";

const BATCH = 512;

/** A point of the spiral: `u` from 0 (middle) to 1 (end). */
function spiral(u: number): [number, number] {
  const angle = Math.PI * (0.5 + 4 * u);
  return [(angle / 14) * Math.cos(angle), (angle / 14) * Math.sin(angle)];
}

/** The field: which way the data lie from (x, y) at time t. Points (N, 2), times (N, 1) to arrows (N, 2). */
function field(scope: Scope, points: Sym, times: Sym): Sym {
  const waves = [1, 2, 4].flatMap((k) => [points, times].flatMap((sym) => [sin(mul(sym, k * Math.PI)), cos(mul(sym, k * Math.PI))]));
  let hidden = concat([points, times, ...waves], 1);
  for (const layer of [0, 1, 2]) hidden = silu(denseLayer(scope.at(layer), hidden, 128));
  return denseLayer(scope.at("out"), hidden, 2);
}

/** Trains for `steps` and returns how far 500 drawn points lie from the curve, by sampler (a mean distance). */
export async function main({ steps = 3000, seed = 1 } = {}): Promise<Record<string, number>> {
  const backend = await nodeBackend();
  const loss: LossFunction = (scope, { x, noise, t }) => {
    const along = x.shape[0];
    const time = reshape(t, [along, 1]);
    // On the straight path x_t = x + t (noise - x) the velocity is noise - x everywhere.
    const velocity = sub(noise, x);
    return { loss: meanSquaredError(field(scope, walk(x, velocity, time), time), velocity) };
  };
  const batch = {
    x: { shape: [BATCH, 2], dtype: "float32" as const },
    noise: { shape: [BATCH, 2], dtype: "float32" as const },
    t: { shape: [BATCH], dtype: "float32" as const },
  };
  const makeBatch = (step: number): Record<string, Float32Array> => {
    const generator = counterGenerator({ seed, sample: step });
    const along = generator.rand([BATCH]).data;
    return {
      x: Float32Array.from([...along].flatMap(spiral)),
      noise: generator.randn([BATCH, 2]).data,
      t: generator.rand([BATCH]).data,
    };
  };
  const task = { name: "spiral", loss, batch, batchSize: BATCH, makeBatch };
  const registry = registryOf(loss, batch);
  let state = initialState(registry, seed);
  for await (const record of trainLoop(task, state, { steps, stepsPerRun: 20, rate: 4e-3, emaDecay: 0.995, backend })) {
    state = record.state;
  }

  const weights = new Map([...registry].map(([name, { shape }]) => {
    const { buffer, byteOffset, byteLength } = state.arrays.get(`ema/${name}`)!;
    return [name, { dtype: "float32" as const, shape, content: new Uint8Array(buffer, byteOffset, byteLength) }];
  }));
  const arrows = field(new Scope(), input("points", ["N", 2]), input("times", ["N", 1]));
  const program = await compile({ arrows }, { backend, weights });
  const flow = schedulerFromConfig({ _class_name: "FlowMatchEulerDiscreteScheduler", num_train_timesteps: 1000, shift: 1 });

  const distances: Record<string, number> = {};
  for (const name of ["euler", "heun", "ddpm"]) {
    const scheduler = withSampler(flow, name);
    const plan = scheduler.plan(40);
    const generator = counterGenerator({ seed: 7 });
    let end = generator.randn([500, 2]);
    const model = async (x: typeof end, t: number) => {
      const count = x.shape[0];
      const times = { data: new Float32Array(count).fill(t / 1000), shape: [count, 1] };
      const result = await program.run({ points: { data: x.data, shape: x.shape }, times });
      return { data: result.arrows.data as Float32Array, shape: x.shape };
    };
    for await (const step of sample({ scheduler, plan, x: end, model, generator })) end = step.next;
    distances[name] = distanceToSpiral(end.data);
  }
  await program.dispose();
  return distances;
}

const walk = (x: Sym, velocity: Sym, time: Sym): Sym => add(x, mul(velocity, time));

function distanceToSpiral(points: Float32Array): number {
  const curve = Array.from({ length: 1000 }, (_, i) => spiral(i / 999));
  let total = 0;
  for (let i = 0; i < points.length; i += 2) {
    total += Math.min(...curve.map(([x, y]) => Math.hypot(points[i] - x, points[i + 1] - y)));
  }
  return total / (points.length / 2);
}
