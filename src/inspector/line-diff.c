/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is the same at both ends is set aside. Of what is left the longest common subsequence is
 * found, in a table of all pairs; where that would be too large, all that is left counts as
 * changed.
 */

#include "inspector/line-diff.h"

#define MAX_PAIRS (4 * 1024 * 1024)

typedef struct
{
  const InspectorLine *before;
  const InspectorLine *after;
  guint n_before;
  guint n_after;
  GArray *result;
} Diff;

static gboolean
is_same (Diff *self, guint before, guint after)
{
  return self->before[before].hash == self->after[after].hash;
}

static void
add (Diff *self, InspectorChange change, guint line)
{
  InspectorDiffLine diff_line = { change, line };

  g_array_append_val (self->result, diff_line);
}

/* (transfer full): for each pair of places how many lines from there on are common */
static guint16 *
count_common (Diff *self, guint start, guint rows, guint columns)
{
  guint stride = columns + 1;
  guint16 *common = g_new0 (guint16, (gsize)(rows + 1) * stride);

  for (guint row = rows; row-- > 0;)
    {
      for (guint column = columns; column-- > 0;)
        {
          guint16 *here = &common[row * stride + column];

          *here = is_same (self, start + row, start + column) ? here[stride + 1] + 1
                                                              : MAX (here[stride], here[1]);
        }
    }
  return common;
}

/* @start: where the parts begin in both */
static void
compare (Diff *self, guint start, guint rows, guint columns)
{
  g_autofree guint16 *common = NULL;
  guint stride = columns + 1;
  guint row = 0;
  guint column = 0;

  if ((guint64)rows * columns <= MAX_PAIRS)
    common = count_common (self, start, rows, columns);
  while (row < rows || column < columns)
    {
      const guint16 *here = common != NULL ? &common[row * stride + column] : NULL;

      if (here != NULL && row < rows && column < columns &&
          is_same (self, start + row, start + column))
        {
          add (self, INSPECTOR_CHANGE_NONE, start + column);
          row++;
          column++;
        }
      else if (row < rows && (here == NULL || column == columns || here[stride] >= here[1]))
        {
          add (self, INSPECTOR_CHANGE_REMOVED, start + row);
          row++;
        }
      else
        {
          add (self, INSPECTOR_CHANGE_ADDED, start + column);
          column++;
        }
    }
}

/* (transfer full) (element-type InspectorDiffLine): the lines of both, each once where they are the
 * same. */
GArray *
inspector_line_diff (const InspectorLayout *before, const InspectorLayout *after)
{
  Diff self = {
    .before = (const InspectorLine *)before->lines->data,
    .after = (const InspectorLine *)after->lines->data,
    .n_before = before->lines->len,
    .n_after = after->lines->len,
    .result = g_array_new (FALSE, FALSE, sizeof (InspectorDiffLine)),
  };
  guint shorter = MIN (self.n_before, self.n_after);
  guint start = 0;
  guint end = 0;

  while (start < shorter && is_same (&self, start, start))
    start++;
  while (end < shorter - start && is_same (&self, self.n_before - 1 - end, self.n_after - 1 - end))
    end++;

  for (guint i = 0; i < start; i++)
    add (&self, INSPECTOR_CHANGE_NONE, i);
  compare (&self, start, self.n_before - end - start, self.n_after - end - start);
  for (guint i = self.n_after - end; i < self.n_after; i++)
    add (&self, INSPECTOR_CHANGE_NONE, i);
  return self.result;
}
