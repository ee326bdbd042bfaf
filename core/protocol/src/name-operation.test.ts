import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { iam, type ServiceModel, sts } from "@rolecall/model";
import { nameOperation } from "./name-operation.ts";

const both: readonly ServiceModel[] = [iam, sts];

test("Action and Version name the service and the operation", () => {
  const rows: [string, string, ServiceModel][] = [
    ["CreateRole", "2010-05-08", iam],
    ["AssumeRole", "2011-06-15", sts],
  ];
  for (const [Action, Version, model] of rows) {
    const named = nameOperation(both, new Map(Object.entries({ Action, Version })));
    ok(named.ok);
    equal(named.model, model);
    equal(named.operation, model.operations[Action]);
  }
});

test("anything else is refused", () => {
  const rows: [readonly ServiceModel[], Record<string, string>, string, string][] = [
    [both, {}, "MissingAction", "Missing Action"],
    [both, { Action: "", Version: "2010-05-08" }, "MissingAction", "Missing Action"],
    [
      both,
      { Action: "Nope", Version: "2010-05-08" },
      "InvalidAction",
      "Could not find operation Nope for version 2010-05-08",
    ],
    [
      both,
      { Action: "AssumeRole", Version: "2010-05-08" },
      "InvalidAction",
      "Could not find operation AssumeRole for version 2010-05-08",
    ],
    [
      [iam],
      { Action: "AssumeRole", Version: "2011-06-15" },
      "InvalidAction",
      "Could not find operation AssumeRole for version 2011-06-15",
    ],
    [
      both,
      { Action: "AssumeRole" },
      "InvalidAction",
      "Could not find operation AssumeRole for version NO_VERSION_SPECIFIED",
    ],
    [
      both,
      { Action: "__proto__", Version: "2010-05-08" },
      "InvalidAction",
      "Could not find operation __proto__ for version 2010-05-08",
    ],
    [
      both,
      { Action: "createrole", Version: "2010-05-08" },
      "InvalidAction",
      "Could not find operation createrole for version 2010-05-08",
    ],
  ];
  for (const [models, params, code, message] of rows) {
    const named = nameOperation(models, new Map(Object.entries(params)));
    ok(!named.ok);
    deepEqual([named.error.code, named.error.status, named.error.message], [code, 400, message]);
  }
});
