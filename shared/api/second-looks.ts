import * as v from 'valibot';
import { secondLookFile } from '#shared/witness/second-look-file';

/** POST /packages/:id/second-looks: what is to be looked at → `secondLookAnswer` */
export const secondLookRequest = v.strictObject({ kind: v.picklist(['connection', 'capture']) });

/** The statement, and whether it goes into the package; otherwise it stands beside it. */
export const secondLookAnswer = v.strictObject({ file: secondLookFile, inPackage: v.boolean() });

/** GET /packages/:id/second-looks → oldest first. */
export const secondLooksAnswer = v.strictObject({ secondLooks: v.array(secondLookAnswer) });
