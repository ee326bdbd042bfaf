import * as rootFeatures from "./root-features.ts";

/** Central management of the root users of an organization's members. */
export const organizationOperations = Object.values(rootFeatures);
