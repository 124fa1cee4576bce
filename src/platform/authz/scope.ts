/**
 * The part of the organisation tree that a query may touch. Queries over organisations' records
 * take one, so that forgetting it is a type error. Records carry `organisationPath`: the ids of
 * their organisation and of all above it.
 */
export type Scope =
  | { readonly kind: 'all' }
  | { readonly kind: 'below'; readonly organisationIds: readonly string[] };

/** The condition on `organisationPath` that keeps a query inside the scope. */
export const withinScope = (scope: Scope, field = 'organisationPath'): Record<string, unknown> =>
  scope.kind === 'all' ? {} : { [field]: { $in: scope.organisationIds } };

/** True when a record with this path lies inside the scope. */
export const isWithin = (scope: Scope, organisationPath: readonly string[]): boolean =>
  scope.kind === 'all' || organisationPath.some((id) => scope.organisationIds.includes(id));
