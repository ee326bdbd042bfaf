import * as manage from "./manage.ts";
import { UploadSigningCertificate } from "./UploadSigningCertificate.ts";

/** X.509 certificates that users sign requests of a few services with. */
export const signingCertificateOperations = [UploadSigningCertificate, ...Object.values(manage)];
