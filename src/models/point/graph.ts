// The network of points as graph, for training: the same layers and names as on typed arrays.
import {
  add, concat, customGradient, erf, exp, linear, matmul, mul, silu, square, sub, type Sym,
} from "../../graph/index.ts";
import { fanIn, normal, type Scope } from "../../nn/index.ts";
import { layerSizes, type PointConfig } from "./config.ts";

/**
 * F of the features (N, 2 or 4: x and the noise level's), and of classes (N, num_classes + 1; one-hot) where the model
 * has them: (N, dim). First values are PyTorch's defaults.
 */
export function pointGraph(scope: Scope, config: PointConfig, features: Sym, classes?: Sym): Sym {
  const sizes = layerSizes(config);
  let hidden = classes === undefined ? features : concat([features, classVector(scope, config, classes)], 1);
  sizes.slice(1).forEach((out, i) => {
    const layer = scope.at("net").at(2 * i);
    const weight = layer.slot("weight", [out, sizes[i]], fanIn(sizes[i]));
    const product = linear(hidden, weight, layer.slot("bias", [out], fanIn(sizes[i])));
    hidden = i + 2 === sizes.length ? product : geluOnce(product);
  });
  return hidden;
}

function classVector(scope: Scope, { num_classes, cond_dim }: PointConfig, classes: Sym): Sym {
  const embed = scope.at("cond_embed");
  const table = embed.at("embeddings").slot("weight", [num_classes + 1, cond_dim], normal(1));
  const mlp = embed.at("mlp.1");
  const weight = mlp.slot("weight", [cond_dim, cond_dim], fanIn(cond_dim));
  return linear(silu(matmul(classes, table)), weight, mlp.slot("bias", [cond_dim], fanIn(cond_dim)));
}

/** The exact GELU for training, with erf computed once for its value x Phi(x) and its slope. */
function geluOnce(x: Sym): Sym {
  const u = mul(x, Math.SQRT1_2);
  const distribution = add(mul(erf(u), 0.5), 0.5);
  return customGradient(mul(x, distribution), [x], (g) => [
    // Phi(x) + x phi(x), and x phi(x) = u exp(-u^2) / sqrt(pi)
    mul(g, add(distribution, mul(u, exp(sub(-Math.log(Math.PI) / 2, square(u)))))),
  ]);
}
