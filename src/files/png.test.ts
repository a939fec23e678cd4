// PNG files that are what they say, and many that aren't.
import { decode as decodeByLibrary, encode as encodeByLibrary } from "fast-png";
import fc from "fast-check";
import { crc32, deflateSync, inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { DriftfieldError } from "../core/index.ts";
import { decodePng, encodePng, type PngImage } from "./png.ts";
import { readRequestText, requestText } from "./png-request.ts";

/** A chunk with its length and checksum. */
function chunk(type: string, body: Uint8Array = new Uint8Array(0)): Buffer {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), body]);
  const framed = Buffer.alloc(typed.length + 8);
  framed.writeUInt32BE(body.length);
  typed.copy(framed, 4);
  framed.writeUInt32BE(crc32(typed), framed.length - 4);
  return framed;
}

function header(width: number, height: number, depth = 8, colorType = 2, interlace = 0): Buffer {
  const body = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, depth, colorType, 0, 0, interlace]);
  body.writeUInt32BE(width, 0);
  body.writeUInt32BE(height, 4);
  return chunk("IHDR", body);
}

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
/** A PNG of these chunks, closed by IEND. */
const png = (...chunks: Uint8Array[]) => Buffer.concat([SIGNATURE, ...chunks, chunk("IEND")]);
const pixels = (...rows: number[][]) => chunk("IDAT", deflateSync(Buffer.from(rows.flat())));

async function refusal(bytes: Uint8Array): Promise<DriftfieldError> {
  const error = await decodePng(bytes, { name: "odd.png" }).then(
    () => new Error("it was accepted"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DriftfieldError)) throw error;
  return error;
}

test("pictures and their text come back as they were, RGB and RGBA", async () => {
  const picture = fc
    .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), fc.constantFrom(3, 4))
    .chain(([width, height, channels]) => {
      const size = width * height * channels;
      return fc.uint8Array({ minLength: size, maxLength: size }).map((data) => ({ width, height, channels, data }));
    });
  const text = { Title: "x" };
  await fc.assert(
    fc.asyncProperty(picture, async (image) => {
      expect(await decodePng(encodePng({ ...image, text }))).toEqual({ ...image, text });
    }),
    { numRuns: 50 },
  );
});

test("a request with any letters, emoji, CJK and lone surrogates included, comes back through a PNG", async () => {
  const image = { width: 1, height: 1, data: Uint8Array.of(1, 2, 3) };
  const through = async (request: object) =>
    readRequestText((await decodePng(encodePng({ ...image, text: requestText(request) }))).text);
  const prompt = "a 🐱 wearing a 帽子, naïve “quotes” \u0000\u007f\u0085\n";
  const request = { prompt, seed: 2 ** 53 - 1, guidance_scale: 4.5 };
  expect(await through(request)).toEqual(request);
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary" }), async (letters) => {
      expect(await through({ letters })).toEqual({ letters });
    }),
    { numRuns: 100 },
  );
  expect(await through({ prompt: "\ud83d" })).toEqual({ prompt: "\ud83d" });
});

test("another reader of PNG finds the same pixels, and text in plain ASCII", () => {
  const data = Uint8Array.of(255, 0, 0, 0, 255, 0);
  const file = encodePng({ width: 2, height: 1, data, text: requestText({ prompt: "猫 é" }) });
  const { width, height, channels, data: found, text } = decodeByLibrary(file, { checkCrc: true });
  expect({ width, height, channels, found, text }).toEqual({
    width: 2, height: 1, channels: 3, found: data, text: { driftfield: '{"prompt":"\\u732b \\u00e9"}' },
  });
});

test("somebody else's metadata read as none of ours", async () => {
  const other = { parameters: "a cat\nSteps: 20", Software: "Other" };
  const file = encodePng({ width: 1, height: 1, data: Uint8Array.of(1, 2, 3), text: other });
  const { text } = await decodePng(file);
  expect(text).toEqual(other);
  expect(readRequestText(text)).toBeUndefined();
  for (const odd of ["", "{", "[1]", "7", "null"]) expect(readRequestText({ driftfield: odd })).toBeUndefined();
  const malformed = chunk("tEXt", Buffer.from("no zero after the key"));
  const compressed = chunk("zTXt", Buffer.concat([Buffer.from("driftfield\0\0"), deflateSync(Buffer.from('{"a":1}'))]));
  const foreign = await decodePng(png(header(1, 1), malformed, compressed, pixels([0, 1, 2, 3])));
  expect(foreign).toEqual({ width: 1, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3), text: {} });
});

test("grey, palette, 16-bit and colour-keyed pictures are read as 8-bit RGB or RGBA", async () => {
  const read = async (...chunks: Uint8Array[]) => {
    const { channels, data } = await decodePng(png(...chunks));
    return { channels, data: [...data] };
  };
  const grey2 = await read(header(5, 1, 2, 0), pixels([0, 0b00011011, 0b11000000]));
  expect(grey2).toEqual({ channels: 3, data: [0, 85, 170, 255, 255].flatMap((v) => [v, v, v]) });
  const greyAlpha = await read(header(1, 1, 8, 4), pixels([0, 9, 200]));
  expect(greyAlpha).toEqual({ channels: 4, data: [9, 9, 9, 200] });
  const deep = await read(header(1, 1, 16, 2), pixels([0, 0xff, 0xff, 0x80, 0x80, 0, 0x81]));
  expect(deep).toEqual({ channels: 3, data: [255, 128, 1] });
  const palette = chunk("PLTE", Buffer.from([1, 2, 3, 4, 5, 6]));
  expect(await read(header(3, 1, 1, 3), palette, pixels([0, 0b01000000]))).toEqual({
    channels: 3, data: [1, 2, 3, 4, 5, 6, 1, 2, 3],
  });
  const opacity = chunk("tRNS", Buffer.from([7]));
  expect(await read(header(2, 1, 8, 3), palette, opacity, pixels([0, 0, 1]))).toEqual({
    channels: 4, data: [1, 2, 3, 7, 4, 5, 6, 255],
  });
  const key = chunk("tRNS", Buffer.from([0, 1, 0, 2, 0, 3]));
  expect(await read(header(3, 1, 8, 2), palette, key, pixels([0, 1, 2, 3, 1, 2, 4, 9, 9, 9]))).toEqual({
    channels: 4, data: [1, 2, 3, 0, 1, 2, 4, 255, 9, 9, 9, 255],
  });
});

test("an interlaced picture is read as the same pixels, of any size", async () => {
  for (const [width, height] of [[1, 1], [3, 5], [8, 8], [17, 9]]) {
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37) % 256);
    const file = encodeByLibrary({ width, height, channels: 3, data }, { interlace: "Adam7" });
    expect((await decodePng(file)).data).toEqual(data);
  }
});

test("what isn't a PNG is refused by its first bytes", async () => {
  const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46);
  const error = await refusal(jpeg);
  expect(error).toMatchObject({ code: "invalid_file", path: "odd.png" });
  expect(error.message).toBe("odd.png: it isn't a PNG");
  expect(error.received).toContain("ff d8 ff e0");
  expect((await refusal(new Uint8Array(0))).message).toContain("isn't a PNG");
});

test("a PNG cut off anywhere is refused with the size it has", async () => {
  const whole = png(header(2, 2), pixels([0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 4, 5, 6]));
  for (let size = 8; size < whole.length; size++) {
    const error = await refusal(whole.subarray(0, size));
    expect(error).toMatchObject({ code: "invalid_file", received: `${size} bytes` });
    expect(error.message).toContain("cut off");
  }
});

test("a bit that flips is found, in pixels, header and our text alike, or changes nothing", async () => {
  const image = { width: 4, height: 4, channels: 3 as const, data: Uint8Array.from({ length: 48 }, (_, i) => i * 5) };
  const text = requestText({ prompt: "a cat", seed: 7 });
  const whole = encodePng({ ...image, text });
  let refused = 0;
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const damaged = whole.slice();
    damaged[bit >> 3] ^= 1 << (bit & 7);
    const found = await decodePng(damaged).catch((thrown: unknown) => thrown);
    const isRefused = found instanceof DriftfieldError;
    if (isRefused) refused++;
    else expect(found).toMatchObject(image);
    // a chunk whose name changed is somebody else's; our request is there as it was, or not at all
    const request = isRefused ? undefined : readRequestText((found as PngImage).text);
    if (request !== undefined) expect(request).toEqual({ prompt: "a cat", seed: 7 });
  }
  expect(refused).toBeGreaterThan(whole.length * 7);
});

test("a picture that claims 100,000 x 100,000 is refused by its header alone", async () => {
  const error = await refusal(png(header(100_000, 100_000), pixels([0])));
  expect(error).toMatchObject({ code: "invalid_file", received: "100000 x 100000" });
  const zero = await refusal(png(header(0, 5), pixels([0])));
  expect(zero.received).toBe("0 x 5");
});

test("pixels that unpack to more or less than the header says are refused, a bomb without being unpacked", async () => {
  const zeros = deflateSync(Buffer.alloc(300_000_000)); // 290 KB
  const [memory, start] = [process.memoryUsage().rss, performance.now()];
  const error = await refusal(png(header(1, 1), chunk("IDAT", zeros)));
  const taken = performance.now() - start;
  expect(process.memoryUsage().rss - memory).toBeLessThan(100_000_000);
  inflateSync(zeros);
  expect(taken).toBeLessThan((performance.now() - start - taken) / 3); // a third of what unpacking it takes
  expect(error).toMatchObject({ received: "more than 4 bytes", expected: "4 bytes" });
  const short = await refusal(png(header(1, 2), pixels([0, 1, 2, 3])));
  expect(short).toMatchObject({ received: "4 bytes", expected: "8 bytes" });
  const damaged = await refusal(png(header(1, 1), chunk("IDAT", Buffer.from("no deflate"))));
  expect(damaged).toMatchObject({ received: "damaged data" });
});

test("a colour profile or compressed text that is a bomb is never unpacked", async () => {
  const zeros = deflateSync(Buffer.alloc(300_000_000));
  const profile = chunk("iCCP", Buffer.concat([Buffer.from("x\0\0"), zeros]));
  const text = chunk("zTXt", Buffer.concat([Buffer.from("x\0\0"), zeros]));
  const before = process.memoryUsage().rss;
  expect((await decodePng(png(header(1, 1), profile, text, pixels([0, 1, 2, 3])))).text).toEqual({});
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
});

test("more plain text than 16 MB is refused", async () => {
  const text = chunk("tEXt", Buffer.concat([Buffer.from("k\0"), Buffer.alloc(9 * 2 ** 20, 65)]));
  expect((await refusal(png(header(1, 1), text, text, pixels([0, 1, 2, 3])))).message).toContain("too much text");
});

test.each([
  ["without a header", png(pixels([0, 1, 2, 3]))],
  ["with nothing but an end", png()],
  ["with two headers", png(header(1, 1), header(1, 1), pixels([0, 1, 2, 3]))],
  ["with a header of 12 bytes", png(chunk("IHDR", new Uint8Array(12)))],
  ["with an unknown kind of colour", png(header(1, 1, 8, 5), pixels([0]))],
  ["with an unknown filter", png(header(1, 1), pixels([9, 1, 2, 3]))],
  ["with a colour that its palette lacks", png(header(1, 1, 8, 3), chunk("PLTE", new Uint8Array(3)), pixels([0, 5]))],
  ["of palette colours without a palette", png(header(1, 1, 8, 3), pixels([0, 0]))],
  ["without pixels", png(header(1, 1))],
])("a PNG %s is refused", async (_, file) => {
  expect(await refusal(file)).toMatchObject({ code: "invalid_file", path: "odd.png" });
});

test("small interlaced depths are said to be unsupported", async () => {
  expect(await refusal(png(header(1, 1, 1, 0, 1), pixels([0, 0])))).toMatchObject({ code: "unsupported" });
});

test.each([
  [{ width: 2, height: 1, data: new Uint8Array(5) }, "data"],
  [{ width: 0, height: 0, data: new Uint8Array(0) }, "data"],
  [{ width: 1.5, height: 2, data: new Uint8Array(9) }, "data"],
  [{ width: 1, height: 1, data: new Uint8Array(3), text: { prompt: "猫" } }, "prompt"],
  [{ width: 1, height: 1, data: new Uint8Array(3), text: { ["k".repeat(80)]: "" } }, "k".repeat(80)],
])("%o can't be encoded", (image, path) => {
  expect(() => encodePng(image)).toThrow(expect.objectContaining({ code: "invalid_option", path }));
});
