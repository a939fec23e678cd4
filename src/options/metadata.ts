// What a picture says about itself: the whole request, the model's hash and the hash of its pixels.
import { z } from "zod";
import { DriftfieldError } from "../core/index.ts";
import { fromWire, toWire } from "./forms.ts";
import { generateWithModel } from "./generate.ts";
import type { RequestOf } from "./operation.ts";

/** A request for one picture, with everything that decides it: model, seed, sampler and so on. */
export type PictureRequest = RequestOf<(typeof generateWithModel)["fields"]>;

/** A picture has one request; a strip one for each of its pictures, row by row, `columns` in a row. */
export type PictureMetadata = {
  /** The version of Driftfield that made it. */
  version: string;
  requests: PictureRequest[];
  columns: number;
  modelHash: string;
  device: string;
  /** A hash of what can change the last bits: processor, system, runtime. */
  machine: string;
  /** How many pictures were evaluated at once. */
  batchSize: number;
  /** The hash of the latents that it started from, where they weren't the seed's noise. */
  latents?: string;
  /** The hashes of the picture and the mask that it started from. */
  image?: string;
  mask?: string;
  /** sha256 of the decoded RGB bytes, row by row. */
  sha256: string;
};

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const schema = z.object({
  driftfield: z.string(),
  requests: z.array(z.record(z.string(), z.unknown())).min(1).max(1000),
  columns: z.int().min(1).max(1000),
  model_hash: z.string(),
  device: z.string(),
  machine: z.string(),
  batch_size: z.int().min(1),
  latents: hash.optional(),
  image: hash.optional(),
  mask: hash.optional(),
  sha256: hash,
});

/** The metadata as JSON, for the PNG's text. */
export function metadataToJson(metadata: PictureMetadata): Record<string, unknown> {
  const { version, requests, columns, modelHash, device, machine, batchSize, latents, image, mask, sha256 } =
    metadata;
  const json: z.infer<typeof schema> = {
    driftfield: version,
    requests: requests.map((request) => toWire(generateWithModel, request)),
    columns,
    model_hash: modelHash,
    device,
    machine,
    batch_size: batchSize,
    ...(latents === undefined ? {} : { latents }),
    ...(image === undefined ? {} : { image }),
    ...(mask === undefined ? {} : { mask }),
    sha256,
  };
  return json;
}

/** The way back. @throws DriftfieldError "invalid_file" for metadata that isn't whole; `path` names the file */
export function metadataFromJson(json: unknown, path: string): PictureMetadata {
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const [{ path: where, message }] = parsed.error.issues;
    throw broken(path, `${where.join(".")}: ${message}`, parsed.error);
  }
  const { driftfield, requests, model_hash, batch_size, ...rest } = parsed.data;
  return {
    version: driftfield,
    requests: requests.map((request) => readRequest(request, path)),
    modelHash: model_hash,
    batchSize: batch_size,
    ...rest,
  };
}

function readRequest(wire: unknown, path: string): PictureRequest {
  try {
    return fromWire(generateWithModel, wire);
  } catch (cause) {
    throw broken(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function broken(path: string, why: string, cause: unknown): DriftfieldError {
  return new DriftfieldError("invalid_file", `the request in ${path} can't be read: ${why}`, {
    path,
    expected: "metadata as `driftfield generate` writes it",
    hint: "Take the file as it was first written, or make the picture again.",
    cause,
  });
}
