import type { Role } from "../../api/contract.ts";

/** What an account may do, from much to little. */
export const ROLES: Role[] = ["admin", "user", "viewer"];
