import { scopedClauses } from "./adapter/scoped_clauses.ts";

scopedClauses("deno with its root only");
