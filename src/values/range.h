/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* What a property of whole numbers takes. What is above G_MAXINT64 no JSON here holds. */
typedef struct
{
  gint64 min, max;
} StateSyncIntegerRange;

typedef struct
{
  double min, max;
} StateSyncNumberRange;

/* FALSE if it is a property of something else. */
gboolean state_sync_get_integer_range (GParamSpec *pspec, StateSyncIntegerRange *range);
gboolean state_sync_get_number_range  (GParamSpec *pspec, StateSyncNumberRange *range);

G_END_DECLS
