/*
 * engine/clients/xml.h - an XML document as a tree, read by expat; and texts that go into one.
 *
 * Namespaces, attributes and comments are dropped; a document type is refused, and so is nesting deeper than 32.
 * Ownership: everything lives in the arena.
 */
#ifndef ENGINE_CLIENTS_XML_H
#define ENGINE_CLIENTS_XML_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

typedef struct XmlNode {
    const char *name; /* without its prefix */
    const char *text; /* of one without children: all that is in it */
    struct XmlNode *parent, *child, *next;
} XmlNode;

/* Fails with ERR_PROTOCOL. */
bool xml_parse(Arena *arena, const char *text, size_t length, const XmlNode **out_root, Error *err);

/* The first node at "ChangeInfo/Status" below node; NULL: there is none, or node is NULL. */
const XmlNode *xml_find(const XmlNode *node, const char *path);
/* Its text; "" if it is not there. */
const char *xml_text(const XmlNode *node, const char *path);

/* text, with entities for what XML would take otherwise. */
void xml_add(Buffer *buffer, const char *text);

#endif
