import * as manage from "./manage.ts";
import { UploadSSHPublicKey } from "./UploadSSHPublicKey.ts";

/** The keys that users open SSH connections with. */
export const sshPublicKeyOperations = [UploadSSHPublicKey, ...Object.values(manage)];
