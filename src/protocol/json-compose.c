/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Two merge patches in one: a patch C that does to every document T what A and then B do to it,
 *
 *     merge (T, C) = merge (merge (T, A), B) as values, for all T.
 *
 * The rule: there is one unless an object in B stands where A has something that is not an
 * object. "Where" means at the same path of member names, the root included, on which both have
 * objects all the way; a null in A is something that is not an object; a member that A lacks is
 * nothing at all, and hinders nothing.
 *
 * Why there is one otherwise. If B is no object, C is B. Otherwise A and B are both objects, and
 * so is whatever A leaves; what happens to one member does not depend on the others.
 *  - Only A speaks of it: C says what A says. Only B: what B says.
 *  - B says a value that is no object, or null: that is the outcome whatever A did, so C says it
 *    too. A null has to stay in C, for T may have the member.
 *  - Both say an object: the outcome is A's and then B's object on the member's value, where a
 *    missing value counts as {}. The same question one level down.
 * So C is A with B laid over it, nulls staying where they are.
 *
 * Why there is none in the case left: at path p, A says a value v that is no object and B says an
 * object. Whatever T is, after A there is v, or nothing, at p, and B makes of that the same
 * object V. Suppose that C does this too. Let T have objects along p, and at p the object {x: 1}
 * with a name x that neither V nor C has. Say C has objects along all of p and at p: then x is
 * still there, but V has no x. Or C ends on the way or at p with what is no object: then at p
 * there is no object. Or C lacks a member on the way: then p keeps {x: 1}. In no case is it V.
 *
 * The text of C follows the rules of json-overlay.c.
 */

#include "protocol/json-compose.h"

#include "protocol/json-overlay.h"
#include "protocol/json-scan.h"

/* Returns: (transfer full) (nullable): the one patch that does what @first and then @second do,
 * all of them checked texts; or NULL if no patch does.
 */
GBytes *
state_sync_json_compose (GBytes *first, GBytes *second)
{
  if (!state_sync_json_is_object (second))
    return g_bytes_ref (second);
  if (!state_sync_json_is_object (first))
    return NULL;

  return state_sync_json_overlay (first, second, STATE_SYNC_JSON_NULL_STAYS);
}
