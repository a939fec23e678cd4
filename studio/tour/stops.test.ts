// The tour's stops are states that an address holds: each comes back from its own, and no two are the same.
import { expect, it } from "vitest";
import { fromAddress } from "../state/address.ts";
import { stopAddress, stops, stopState } from "./stops.ts";

it("has ten stops, from pixels to guidance, each with an address of its own that brings it back", () => {
  expect(stops).toHaveLength(10);
  expect([stops[0].state.scene, stops[9].state.scene]).toEqual(["pixels", "guidance"]);
  const addresses = stops.map((_, i) => stopAddress(i + 1, "light"));
  expect(new Set(addresses).size).toBe(10);
  addresses.forEach((address, i) => {
    expect(fromAddress(address)).toEqual({ state: stopState(i + 1, "light"), warnings: [] });
  });
});
