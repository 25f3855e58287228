/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include <statesync/engine.h>
#include <statesync/transaction.h>

G_BEGIN_DECLS

/**
 * StateSyncTopic:
 *
 * One topic as this process sees it: its replica. All windows of the process that ask a
 * [class@Client] for the name hold the same object, so that there is one subscription and one pull
 * for all of them.
 *
 * What is seen ([property@Topic:data]) is what the service confirmed, with the changes that this
 * process has made and that are not confirmed yet on top. It is changed by the calls below and by
 * nothing else: [method@Topic.write_async] and [method@Topic.merge_async] show a change when it is
 * committed, [method@Topic.update_async] shows it at once and takes it back if it is refused.
 *
 * A window holds a reference for as long as it shows the topic. With the last reference following
 * ends; a topic with changes that are not confirmed keeps itself alive until they are.
 *
 * A topic belongs to the thread of its client, and calls back there.
 */
#define STATE_SYNC_TYPE_TOPIC (state_sync_topic_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncTopic, state_sync_topic, STATE_SYNC, TOPIC, GObject)

/* Following */
STATE_SYNC_AVAILABLE_IN_ALL
void        state_sync_topic_start_async     (StateSyncTopic *self,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean    state_sync_topic_start_finish    (StateSyncTopic *self, GAsyncResult *result, GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
void        state_sync_topic_stop            (StateSyncTopic *self);
STATE_SYNC_AVAILABLE_IN_ALL
void        state_sync_topic_refresh_async   (StateSyncTopic *self,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean    state_sync_topic_refresh_finish  (StateSyncTopic *self, GAsyncResult *result, GError **error);

/* What an earlier run of the app has left to show */
STATE_SYNC_AVAILABLE_IN_ALL
void        state_sync_topic_load_cached_async  (StateSyncTopic *self,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback,
                                                 gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean    state_sync_topic_load_cached_finish (StateSyncTopic *self, GAsyncResult *result, GError **error);

/* What is known */
STATE_SYNC_AVAILABLE_IN_ALL
const char        *state_sync_topic_get_name        (StateSyncTopic *self);
STATE_SYNC_AVAILABLE_IN_ALL
guint64            state_sync_topic_get_revision    (StateSyncTopic *self);
STATE_SYNC_AVAILABLE_IN_ALL
JsonNode          *state_sync_topic_get_data        (StateSyncTopic *self);
STATE_SYNC_AVAILABLE_IN_ALL
JsonNode          *state_sync_topic_get_member      (StateSyncTopic *self, const char *path);
STATE_SYNC_AVAILABLE_IN_ALL
GBytes            *state_sync_topic_get_text        (StateSyncTopic *self);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_topic_get_available   (StateSyncTopic *self);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_topic_get_has_pending (StateSyncTopic *self);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_topic_get_cached      (StateSyncTopic *self);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_topic_is_current      (StateSyncTopic *self);
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncLifecycle state_sync_topic_get_state       (StateSyncTopic *self);
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_topic_get_counters    (StateSyncTopic *self, StateSyncCounters *counters);
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_topic_set_filter      (StateSyncTopic *self,
                                                     StateSyncFilterFunc filter,
                                                     gpointer user_data,
                                                     GDestroyNotify destroy);

/* Changing it; everyone sees the change once it is committed */
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_topic_write_async     (StateSyncTopic *self,
                                                     JsonNode *data,
                                                     StateSyncWriteFlags flags,
                                                     guint64 expected_revision,
                                                     GCancellable *cancellable,
                                                     GAsyncReadyCallback callback,
                                                     gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_topic_write_finish    (StateSyncTopic *self, GAsyncResult *result, guint64 *revision, GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_topic_merge_async     (StateSyncTopic *self,
                                                     JsonNode *patch,
                                                     StateSyncWriteFlags flags,
                                                     guint64 expected_revision,
                                                     GCancellable *cancellable,
                                                     GAsyncReadyCallback callback,
                                                     gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_topic_merge_finish    (StateSyncTopic *self, GAsyncResult *result, guint64 *revision, GError **error);

/* Changing it; this process sees the change at once, and it is taken back if it is refused */
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_topic_update_async    (StateSyncTopic *self,
                                                     JsonNode *patch,
                                                     StateSyncWriteFlags flags,
                                                     guint64 expected_revision,
                                                     GCancellable *cancellable,
                                                     GAsyncReadyCallback callback,
                                                     gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_topic_update_finish   (StateSyncTopic *self, GAsyncResult *result, guint64 *revision, GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
void               state_sync_topic_settle_async    (StateSyncTopic *self,
                                                     GCancellable *cancellable,
                                                     GAsyncReadyCallback callback,
                                                     gpointer user_data);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_topic_settle_finish   (StateSyncTopic *self, GAsyncResult *result, GError **error);

/* For scripts: the same, waiting for the end */
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_topic_start_sync       (StateSyncTopic *self, GCancellable *cancellable, GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_topic_load_cached_sync (StateSyncTopic *self, GCancellable *cancellable, GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_topic_refresh_sync     (StateSyncTopic *self, GCancellable *cancellable, GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_topic_settle_sync      (StateSyncTopic *self, GCancellable *cancellable, GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_topic_write_sync       (StateSyncTopic *self,
                                                      JsonNode *data,
                                                      StateSyncWriteFlags flags,
                                                      guint64 expected_revision,
                                                      GCancellable *cancellable,
                                                      guint64 *revision,
                                                      GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_topic_merge_sync       (StateSyncTopic *self,
                                                      JsonNode *patch,
                                                      StateSyncWriteFlags flags,
                                                      guint64 expected_revision,
                                                      GCancellable *cancellable,
                                                      guint64 *revision,
                                                      GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
gboolean           state_sync_topic_update_sync      (StateSyncTopic *self,
                                                      JsonNode *patch,
                                                      StateSyncWriteFlags flags,
                                                      guint64 expected_revision,
                                                      GCancellable *cancellable,
                                                      guint64 *revision,
                                                      GError **error);

G_END_DECLS
