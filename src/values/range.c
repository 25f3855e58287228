/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "values/range.h"

#define MAX_UNICHAR 0x10ffff

#define RETURN_RANGE_IF(TYPE)                                                                      \
  if (G_IS_PARAM_SPEC_##TYPE (pspec))                                                              \
    {                                                                                              \
      range->min = G_PARAM_SPEC_##TYPE (pspec)->minimum;                                           \
      range->max = G_PARAM_SPEC_##TYPE (pspec)->maximum;                                           \
      return TRUE;                                                                                 \
    }

static gint64
clip (guint64 number)
{
  return (gint64)MIN (number, (guint64)G_MAXINT64);
}

gboolean
state_sync_get_integer_range (GParamSpec *pspec, StateSyncIntegerRange *range)
{
  RETURN_RANGE_IF (INT)
  RETURN_RANGE_IF (UINT)
  RETURN_RANGE_IF (INT64)
  RETURN_RANGE_IF (LONG)
  RETURN_RANGE_IF (CHAR)
  RETURN_RANGE_IF (UCHAR)

  if (G_IS_PARAM_SPEC_UINT64 (pspec))
    {
      range->min = clip (G_PARAM_SPEC_UINT64 (pspec)->minimum);
      range->max = clip (G_PARAM_SPEC_UINT64 (pspec)->maximum);
      return TRUE;
    }
  if (G_IS_PARAM_SPEC_ULONG (pspec))
    {
      range->min = clip (G_PARAM_SPEC_ULONG (pspec)->minimum);
      range->max = clip (G_PARAM_SPEC_ULONG (pspec)->maximum);
      return TRUE;
    }
  if (G_IS_PARAM_SPEC_UNICHAR (pspec))
    {
      range->min = 0;
      range->max = MAX_UNICHAR;
      return TRUE;
    }
  return FALSE;
}

gboolean
state_sync_get_number_range (GParamSpec *pspec, StateSyncNumberRange *range)
{
  RETURN_RANGE_IF (DOUBLE)
  RETURN_RANGE_IF (FLOAT)

  return FALSE;
}
