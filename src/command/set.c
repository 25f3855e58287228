/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command/write.h"

gboolean
command_set (Arguments *arguments, GError **error)
{
  static const WriteKind set = {
    .mode = "replace",
    .description =
        "The new revision is printed. Data that is the same byte for byte is no change: the\n"
        "revision stays. Of a file and of standard input one newline at the end is left out.",
  };

  return write_run (arguments, &set, error);
}
