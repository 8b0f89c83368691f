import type { FastifyRequest } from 'fastify';
import type { Package } from '../store/packages.ts';
import type { HttpContext } from './http-context.ts';
import { HttpError } from './http-error.ts';

/** Params of routes below `/packages/:id`. */
export interface PackageParams {
  readonly id: string;
}

export function packageUnknown(id: string): HttpError {
  return new HttpError('PACKAGE_UNKNOWN', `no package ${id}`, { entry: id });
}

/**
 * The package a request names, once its last byte has arrived. That the caller may reach it, the authorisation table
 * has seen to.
 * @throws HttpError PACKAGE_UNKNOWN
 */
export async function findPackage(
  context: HttpContext,
  request: FastifyRequest<{ Params: PackageParams }>,
): Promise<Package> {
  const { id } = request.params;
  const row = await context.intake.store.packages.get(id);
  if (row === undefined) throw packageUnknown(id);
  return row;
}

/** @throws HttpError PACKAGE_NOT_SEALED, PACKAGE_DELETED, and those of `findPackage` */
export async function findSealedPackage(
  context: HttpContext,
  request: FastifyRequest<{ Params: PackageParams }>,
): Promise<Package & { readonly sealedSha256: string }> {
  const row = await findPackage(context, request);
  const { sealedSha256 } = row;
  if (row.state === 'deleted')
    throw new HttpError('PACKAGE_DELETED', `${row.id} was deleted after its retention period`, {
      entry: row.id,
    });
  if (row.state !== 'sealed' || sealedSha256 === null)
    throw new HttpError('PACKAGE_NOT_SEALED', `${row.id} is ${row.state}`, { entry: row.id });
  return { ...row, sealedSha256 };
}
