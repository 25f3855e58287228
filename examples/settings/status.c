/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "status.h"

static void
update (StateSyncTopic *topic, GParamSpec *pspec, GtkLabel *label)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%X");
  g_autofree char *text = NULL;

  if (!state_sync_topic_get_available (topic))
    text = g_strdup ("Not connected");
  else if (state_sync_topic_get_has_pending (topic))
    text = g_strdup ("Saving…");
  else
    text = g_strdup_printf ("Revision %" G_GUINT64_FORMAT " · synced at %s",
                            state_sync_topic_get_revision (topic), time);
  gtk_label_set_label (label, text);
}

void
status_follow (GtkLabel *label, StateSyncTopic *topic)
{
  static const char *const signals[] = { "notify::available", "notify::has-pending",
                                         "notify::revision" };

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (topic, signals[i], G_CALLBACK (update), label, 0);
  update (topic, NULL, label);
}
