import { CreateServiceLinkedRole } from "./CreateServiceLinkedRole.ts";
import { DeleteServiceLinkedRole, GetServiceLinkedRoleDeletionStatus } from "./deletion.ts";

export const serviceLinkedRoleOperations = [
  CreateServiceLinkedRole,
  DeleteServiceLinkedRole,
  GetServiceLinkedRoleDeletionStatus,
];
