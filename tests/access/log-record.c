/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "log-record.h"

static GMutex mutex;
static GString *record; /* under the mutex */
static GLogLevelFlags mildest_kept;

static GLogWriterOutput
keep (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = NULL;

  if ((level & G_LOG_LEVEL_MASK) > mildest_kept)
    return g_log_writer_default (level, fields, n_fields, user_data);

  locker = g_mutex_locker_new (&mutex);
  for (gsize i = 0; i < n_fields; i++)
    {
      if (g_str_equal (fields[i].key, "MESSAGE"))
        g_string_append_printf (record, "%s\n", (const char *)fields[i].value);
    }
  return G_LOG_WRITER_HANDLED;
}

void
test_log_record (GLogLevelFlags level)
{
  mildest_kept = level;
  record = g_string_new (NULL);
  g_log_set_writer_func (keep, NULL, NULL);
}

char *
test_log_take (void)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&mutex);
  char *taken = g_strdup (record->str);

  g_string_truncate (record, 0);
  return taken;
}
