/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command/write.h"

gboolean
command_merge (Arguments *arguments, GError **error)
{
  static const WriteKind merge = {
    .mode = "merge",
    .description =
        "The data is a JSON Merge Patch (RFC 7396): members that it has are set, those that it\n"
        "has as null are removed, all others stay. The new revision is printed.",
  };

  return write_run (arguments, &merge, error);
}
