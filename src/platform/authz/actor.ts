export const ROLES = ['trainer', 'union-staff', 'administrator'] as const;
/** Everyone is a worker; these are given besides, for one organisation and all below it. */
export type Role = (typeof ROLES)[number];

export interface RoleGrant {
  readonly role: Role;
  readonly organisationId: string;
}

/** Who acts. `id` null: nobody is signed in. */
export interface Actor {
  readonly id: string | null;
  readonly grants: readonly RoleGrant[];
  /** The administrator who acts as them. */
  readonly byId?: string;
}

export const ANONYMOUS: Actor = Object.freeze({ id: null, grants: [] });

/** An actor who is signed in. */
export type SignedInActor = Actor & { readonly id: string };

export const isSignedIn = (actor: Actor): actor is SignedInActor => actor.id !== null;

export const hasRole = (actor: Actor, role: Role): boolean =>
  actor.grants.some((grant) => grant.role === role);

/** Organisations in which the actor holds `role`; it reaches all below them. */
export const organisationsWithRole = (actor: Actor, role: Role): string[] =>
  actor.grants.filter((grant) => grant.role === role).map((grant) => grant.organisationId);
