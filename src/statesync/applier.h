/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/topic.h>

G_BEGIN_DECLS

/**
 * StateSyncApplierMode:
 * @STATE_SYNC_APPLIER_MODE_PATCH: members that are there are set; a property whose member is not
 *   there stays as it is
 * @STATE_SYNC_APPLIER_MODE_REPLACE: a property whose member is not there returns to its default, so
 *   that the object is what the topic holds, whatever it was before
 *
 * What becomes of a property that the topic has no member for.
 */
typedef enum
{
  STATE_SYNC_APPLIER_MODE_PATCH,
  STATE_SYNC_APPLIER_MODE_REPLACE,
} StateSyncApplierMode;

/**
 * StateSyncApplierMapFunc:
 * @data: (transfer none): what the topic holds; immutable
 * @object: (transfer none): the object that is set
 * @user_data: (closure): what was given with the function
 * @error: where to say why nothing can be made of it
 *
 * Makes the members that are set out of what the topic holds. Their names are those of properties;
 * it is free to compute, rename, or drop members, and to look at `object` for it. It is called for
 * each state that the topic shows.
 *
 * A failure is reported as a `sync-error` of the phase `apply`, and `object` stays as it is.
 *
 * Returns: (transfer full) (nullable): an object of members, which is sealed and can be `data`
 *   itself; `NULL` without an error to leave `object` as it is
 */
typedef JsonNode *(*StateSyncApplierMapFunc) (JsonNode *data,
                                              GObject *object,
                                              gpointer user_data,
                                              GError **error);

/**
 * StateSyncApplier:
 *
 * Sets the properties of an object from the members of a topic: of a window's settings object, of
 * the model behind a view, of a widget.
 *
 * |[<!-- language="C" -->
 * g_autoptr (StateSyncApplier) applier =
 *     state_sync_applier_new (topic, settings, STATE_SYNC_APPLIER_MODE_REPLACE, NULL, NULL, NULL);
 * state_sync_applier_start (applier);
 * ]|
 *
 * Once started it applies what the topic shows, then every change, until [method@Applier.stop] is
 * called or the object is gone; nobody has to hold it for that.
 *
 * A member `fontSize`, `font_size` or `font-size` is about the property `font-size`; no other name
 * is tried. Numbers, strings and booleans become what the property takes and nothing else: what is
 * out of its range is an error. An enumeration's value is its nick, flags are an array of nicks;
 * `null` stands for the property's default. A boxed type is made of a string by a transform that the
 * app has registered with `g_value_register_transform_func()`.
 *
 * A property is set only if its member has changed and it has another value: one that the app has
 * changed keeps the app's value until the topic has news for it. All of a state is set within one
 * `g_object_freeze_notify()`. A member that can't be applied is reported by name as a
 * [signal@Topic::sync-error] of the phase `apply`, once for each value, and the others are applied.
 */
#define STATE_SYNC_TYPE_APPLIER (state_sync_applier_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncApplier, state_sync_applier, STATE_SYNC, APPLIER, GObject)

STATE_SYNC_AVAILABLE_IN_ALL
StateSyncApplier *state_sync_applier_new        (StateSyncTopic *topic,
                                                 gpointer object,
                                                 StateSyncApplierMode mode,
                                                 const char *const *pick,
                                                 const char *const *omit,
                                                 GError **error);
STATE_SYNC_AVAILABLE_IN_ALL
void              state_sync_applier_set_map    (StateSyncApplier *self,
                                                 StateSyncApplierMapFunc map,
                                                 gpointer user_data,
                                                 GDestroyNotify destroy);
STATE_SYNC_AVAILABLE_IN_ALL
void              state_sync_applier_start      (StateSyncApplier *self);
STATE_SYNC_AVAILABLE_IN_ALL
void              state_sync_applier_stop       (StateSyncApplier *self);
STATE_SYNC_AVAILABLE_IN_ALL
void              state_sync_applier_apply      (StateSyncApplier *self);
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncTopic   *state_sync_applier_get_topic  (StateSyncApplier *self);
STATE_SYNC_AVAILABLE_IN_ALL
GObject          *state_sync_applier_dup_object (StateSyncApplier *self);

G_END_DECLS
