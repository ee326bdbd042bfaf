// Lays the constraints of constraints.json, corrected by the overrides, over the types of the SDK's model.

import { readFileSync } from "node:fs";
import { memberOverrides, orderOverrides, shapeOverrides } from "./constraint-overrides.mjs";

/** Changes `structures` in place: each type of a request gets `min`, `max`, `pattern` and `enum` where known. */
export function constrain(service, structures) {
  const published = JSON.parse(readFileSync(new URL("constraints.json", import.meta.url), "utf8"))[service];
  const shapes = { ...published.shapes };
  for (const [name, change] of Object.entries(shapeOverrides[service]))
    shapes[name] = { ...shapes[name], ...change };

  const unknown = [];
  const added = memberOverrides[service];
  for (const structure of new Set([...Object.keys(published.structures), ...Object.keys(added)])) {
    for (const [member, shape] of Object.entries({
      ...published.structures[structure],
      ...added[structure],
    })) {
      const found = structures[structure]?.find((candidate) => candidate.member === member);
      if (found) found.type = constrained(found.type, shape, shapes);
      else unknown.push(`${structure}.${member}`);
    }
  }
  if (unknown.length > 0)
    throw new Error(`constraints of members the SDK does not have: ${unknown.join(", ")}`);
}

/** Changes `structures` in place: the members that a row of the overrides names come first, in its order. */
export function reorder(service, structures) {
  for (const [structure, first] of Object.entries(orderOverrides[service])) {
    const members = structures[structure];
    const found = first.map((name) => members.find(({ member }) => member === name));
    if (found.includes(undefined))
      throw new Error(`${structure} lacks a member that the overrides put in order`);
    structures[structure] = [...found, ...members.filter((member) => !found.includes(member))];
  }
}

function constrained(type, shapeName, shapes) {
  const shape = shapes[shapeName];
  if (type.type === "structure" || shape === undefined) return type;
  if (shape.type !== undefined && shape.type !== type.type)
    throw new Error(`${shapeName} is ${shape.type} and ${type.type}`);
  const out = { ...type };
  for (const key of ["min", "max", "pattern", "enum"]) if (shape[key] !== undefined) out[key] = shape[key];
  if (out.pattern !== undefined) RegExp(`^(?:${out.pattern})$`, "u"); // throws here rather than in the server
  if (type.type === "list") out.member = constrained(type.member, shape.member, shapes);
  if (type.type === "map") {
    out.key = constrained(type.key, shape.key, shapes);
    out.value = constrained(type.value, shape.value, shapes);
  }
  return out;
}
