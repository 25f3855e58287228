/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include <statesync/applier.h>

G_BEGIN_DECLS

/* The properties of an object that are set from members, and what each was set from last. */
typedef struct _StateSyncPropertySet StateSyncPropertySet;

typedef struct
{
  StateSyncApplierMode mode;
  const char *const *pick; /* (nullable) */
  const char *const *omit; /* (nullable) */
} StateSyncPropertyRules;

StateSyncPropertySet *state_sync_property_set_new    (GObjectClass *object_class,
                                                      const StateSyncPropertyRules *rules,
                                                      GError **error);
void                  state_sync_property_set_free   (StateSyncPropertySet *self);

/* What is wrong with members is appended to @errors, sentences that name @topic.
 * @is_strict: a member that is about no property, and not left out, is an error */
void                  state_sync_property_set_apply  (StateSyncPropertySet *self,
                                                      GObject *object,
                                                      JsonObject *members,
                                                      gboolean is_strict,
                                                      const char *topic,
                                                      GPtrArray *errors);
/* The next time all are set. */
void                  state_sync_property_set_forget (StateSyncPropertySet *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateSyncPropertySet, state_sync_property_set_free)

G_END_DECLS
