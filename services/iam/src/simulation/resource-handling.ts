import { parseArn } from "@rolecall/identifiers";
import { InvalidInput } from "@rolecall/model";

const ec2 = ["instance", "image", "security-group"];

/**
 * Types of the resources that a scenario needs.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html
 */
const scenarios: Readonly<Record<string, readonly string[]>> = {
  "EC2-Classic-InstanceStore": ec2,
  "EC2-Classic-EBS": [...ec2, "volume"],
  "EC2-VPC-InstanceStore": [...ec2, "network-interface"],
  "EC2-VPC-InstanceStore-Subnet": [...ec2, "network-interface", "subnet"],
  "EC2-VPC-EBS": [...ec2, "network-interface", "volume"],
  "EC2-VPC-EBS-Subnet": [...ec2, "network-interface", "subnet", "volume"],
};

/** @throws InvalidInput for an unknown scenario, or one whose resources are not all there; the sentences are ours */
export function requireHandledResources(option: string | undefined, resources: readonly string[]): void {
  if (option === undefined) return;
  const needed = scenarios[option];
  if (!needed) throw InvalidInput(`Invalid Resource Handling Option: ${option}.`);
  const types = new Set(resources.map((resource) => parseArn(resource)?.resource.split("/")[0]));
  const missing = needed.filter((type) => !types.has(type));
  if (missing.length > 0)
    throw InvalidInput(`The scenario ${option} needs resources of the types ${missing.join(", ")}.`);
}
