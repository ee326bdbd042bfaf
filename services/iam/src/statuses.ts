import { InvalidInput } from "@rolecall/model";

/** The model's third status, `Expired`, is one that credentials get and nobody sets. @throws InvalidInput */
export function settableStatus(status: string): "Active" | "Inactive" {
  if (status === "Active" || status === "Inactive") return status;
  throw InvalidInput(`Operation does not support status ${status}`);
}
