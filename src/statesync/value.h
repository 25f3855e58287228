/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/topic.h>

G_BEGIN_DECLS

/**
 * StateSyncValue:
 *
 * One member of a topic as an object with properties: what `GtkExpression`, templates and
 * `GBinding` can work with, which know properties and no topics.
 *
 * |[<!-- language="XML" -->
 * <object class="StateSyncValue" id="theme">
 *   <property name="topic" bind-source="AppWindow" bind-property="settings" bind-flags="sync-create"/>
 *   <property name="path">appearance.theme</property>
 * </object>
 * <object class="GtkLabel">
 *   <binding name="label"><lookup name="string">theme</lookup></binding>
 * </object>
 * ]|
 *
 * A property of the object has one type, a member may have any; so there is one for each:
 * [property@Value:string], [property@Value:boolean], [property@Value:integer],
 * [property@Value:number], [property@Value:strings], and [property@Value:value], which holds
 * whatever is there. One whose type is not the member's has its default. All of them follow the
 * topic, and each notifies only when it is another.
 *
 * To set one changes the topic as [method@Topic.update_async] does: it is shown at once, and taken
 * back if it is refused, which [signal@Topic::write-rejected] tells. Changes that follow one another
 * within moments are sent together. To set what it is already changes nothing, and so does setting
 * without a topic or path.
 *
 * It holds the topic. The topic is followed when [method@Topic.start_async] was called.
 */
#define STATE_SYNC_TYPE_VALUE (state_sync_value_get_type ())
STATE_SYNC_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (StateSyncValue, state_sync_value, STATE_SYNC, VALUE, GObject)

STATE_SYNC_AVAILABLE_IN_ALL
StateSyncValue *state_sync_value_new       (StateSyncTopic *topic, const char *path);
STATE_SYNC_AVAILABLE_IN_ALL
StateSyncTopic *state_sync_value_get_topic (StateSyncValue *self);
STATE_SYNC_AVAILABLE_IN_ALL
void            state_sync_value_set_topic (StateSyncValue *self, StateSyncTopic *topic);
STATE_SYNC_AVAILABLE_IN_ALL
const char     *state_sync_value_get_path  (StateSyncValue *self);
STATE_SYNC_AVAILABLE_IN_ALL
void            state_sync_value_set_path  (StateSyncValue *self, const char *path);

G_END_DECLS
