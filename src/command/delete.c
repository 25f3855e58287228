/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command/write.h"

gboolean
command_delete (Arguments *arguments, GError **error)
{
  static const WriteKind delete = {
    .mode = "replace",
    .value = "null",
    .description =
        "Writes null, which is absence. The topic's revision goes on counting, and is printed;\n"
        "to delete what holds nothing is no change.",
  };

  return write_run (arguments, &delete, error);
}
