/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/topic-entry-private.h"

struct _StateSyncTopicEntry
{
  GObject parent_instance;

  char *full_name;
  const char *name; /* in it */
  guint64 revision;
};

G_DEFINE_FINAL_TYPE (StateSyncTopicEntry, state_sync_topic_entry, G_TYPE_OBJECT)

enum
{
  PROP_NAME = 1,
  PROP_REVISION,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

StateSyncTopicEntry *
state_sync_topic_entry_new (const char *full_name, gsize name_offset, guint64 revision)
{
  StateSyncTopicEntry *self = g_object_new (STATE_SYNC_TYPE_TOPIC_ENTRY, NULL);

  self->full_name = g_strdup (full_name);
  self->name = self->full_name + name_offset;
  self->revision = revision;
  return self;
}

const char *
state_sync_topic_entry_get_full_name (StateSyncTopicEntry *self)
{
  return self->full_name;
}

/* FALSE if it had that. */
gboolean
state_sync_topic_entry_set (StateSyncTopicEntry *self, guint64 revision)
{
  if (self->revision == revision)
    return FALSE;

  self->revision = revision;
  return TRUE;
}

void
state_sync_topic_entry_tell (StateSyncTopicEntry *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REVISION]);
}

/**
 * state_sync_topic_entry_get_name:
 * @self: an entry
 *
 * Gives the name by which the list's client gives the topic: see [method@Client.get_topic].
 *
 * Returns: (transfer none) (nullable): the topic's name, under the client's namespace if it has one
 */
const char *
state_sync_topic_entry_get_name (StateSyncTopicEntry *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_TOPIC_ENTRY (self), NULL);

  return self->name;
}

/**
 * state_sync_topic_entry_get_revision:
 * @self: an entry
 *
 * Tells how often the topic was changed.
 *
 * Returns: the topic's revision
 */
guint64
state_sync_topic_entry_get_revision (StateSyncTopicEntry *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_TOPIC_ENTRY (self), 0);

  return self->revision;
}

static void
state_sync_topic_entry_get_property (GObject *object,
                                     guint property_id,
                                     GValue *value,
                                     GParamSpec *pspec)
{
  StateSyncTopicEntry *self = STATE_SYNC_TOPIC_ENTRY (object);

  switch (property_id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_REVISION:
      g_value_set_uint64 (value, self->revision);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
state_sync_topic_entry_finalize (GObject *object)
{
  g_free (STATE_SYNC_TOPIC_ENTRY (object)->full_name);

  G_OBJECT_CLASS (state_sync_topic_entry_parent_class)->finalize (object);
}

static void
state_sync_topic_entry_class_init (StateSyncTopicEntryClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = state_sync_topic_entry_get_property;
  object_class->finalize = state_sync_topic_entry_finalize;

  /**
   * StateSyncTopicEntry:name: (getter get_name)
   *
   * The topic's name, under the namespace of the list's client if that has one.
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);

  /**
   * StateSyncTopicEntry:revision: (getter get_revision)
   *
   * How often the topic was changed.
   */
  properties[PROP_REVISION] =
      g_param_spec_uint64 ("revision", NULL, NULL, 0, G_MAXUINT64, 0, flags);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
state_sync_topic_entry_init (StateSyncTopicEntry *self)
{
}
