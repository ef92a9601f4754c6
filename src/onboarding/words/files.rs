//! What is wrong with a file: as the desk says it, and as the customer reads it in each language. A language that lacks a
//! sentence does not compile.

use crate::documents::{
    actions::{NO_FILE, TWIN},
    drawing::Refusal,
    media::{HEIC, NONE_OF_THEM},
};

/// Said of a paper that the session does not ask for.
pub const NOT_ASKED: &str = "This document is not asked for";
/// Said where both fields of a form hold a file.
pub const SEVERAL: &str = "Send one file at a time";
/// Said of a file that is thrown away before it is read.
pub const LARGE: &str = "The file is larger than 10 MB";

/// One of them.
pub(super) struct Fault {
    /// As the desk says it.
    pub desk: &'static str,
    pub en: &'static str,
    pub fr: &'static str,
    pub es: &'static str,
}

/// All that may be wrong with a file of the page.
pub(super) const FAULTS: &[Fault] = &[
    Fault {
        desk: NO_FILE,
        en: "Take a photo or choose a file",
        fr: "Prenez une photo ou choisissez un fichier",
        es: "Haga una foto o elija un archivo",
    },
    Fault {
        desk: SEVERAL,
        en: "Send a photo or a file, not both",
        fr: "Envoyez une photo ou un fichier, pas les deux",
        es: "Envíe una foto o un archivo, no las dos cosas",
    },
    Fault {
        desk: LARGE,
        en: "The file is larger than 10 MB. Send a smaller one",
        fr: "Le fichier dépasse 10 Mo. Envoyez-en un plus petit",
        es: "El archivo pasa de 10 MB. Envíe uno más pequeño",
    },
    Fault {
        desk: NONE_OF_THEM,
        en: "Only JPG, PNG, TIFF and PDF files are taken",
        fr: "Seuls les fichiers JPG, PNG, TIFF et PDF sont acceptés",
        es: "Solo se aceptan archivos JPG, PNG, TIFF y PDF",
    },
    Fault {
        desk: HEIC,
        en: "This photo is in Apple’s HEIC format. Take it anew under “Take a photo”, or send it as JPG, PNG or PDF",
        fr: "Cette photo est au format HEIC d’Apple. Reprenez-la sous « Prendre une photo », ou envoyez-la en JPG, PNG ou PDF",
        es: "Esta foto está en el formato HEIC de Apple. Hágala de nuevo en «Hacer una foto», o envíela como JPG, PNG o PDF",
    },
    Fault {
        desk: NOT_ASKED,
        en: "This document is not asked for here",
        fr: "Ce document n’est pas demandé ici",
        es: "Este documento no se pide aquí",
    },
    Fault {
        desk: TWIN,
        en: "We have this very file already",
        fr: "Nous avons déjà reçu ce même fichier",
        es: "Ya tenemos este mismo archivo",
    },
    Fault {
        desk: Refusal::TooManyPixels.words(),
        en: "The picture has 50 megapixels or more. Send a smaller one: a sharp photo of a page needs about 8",
        fr: "L’image a 50 mégapixels ou plus. Envoyez-en une plus petite : une photo nette d’une page en demande environ 8",
        es: "La imagen tiene 50 megapíxeles o más. Envíe una más pequeña: para una foto nítida de una página bastan unos 8",
    },
    Fault {
        desk: Refusal::Encrypted.words(),
        en: "The PDF is protected by a password. Save it without one, or send a photo of the document",
        fr: "Le PDF est protégé par un mot de passe. Enregistrez-le sans mot de passe, ou envoyez une photo du document",
        es: "El PDF está protegido con contraseña. Guárdelo sin ella, o envíe una foto del documento",
    },
    Fault {
        desk: Refusal::TooManyPages.words(),
        en: "The file has more than 200 pages. Send only those that matter",
        fr: "Le fichier a plus de 200 pages. N’envoyez que celles qui comptent",
        es: "El archivo tiene más de 200 páginas. Envíe solo las que hacen falta",
    },
    Fault {
        desk: Refusal::NoSuchPage.words(),
        en: "The document has no such page",
        fr: "Le document n’a pas cette page",
        es: "El documento no tiene esa página",
    },
    Fault {
        desk: Refusal::CutOff.words(),
        en: "The file is not complete: it ends too early. Send it again",
        fr: "Le fichier est incomplet : il s’arrête trop tôt. Envoyez-le de nouveau",
        es: "El archivo no está completo: termina antes de tiempo. Envíelo de nuevo",
    },
    Fault {
        desk: Refusal::TooSlow.words(),
        en: "It took too long to read the file, so it cannot be taken now. Try again, or send a smaller one",
        fr: "Le fichier ne peut pas être accepté maintenant : sa lecture a pris trop de temps. Réessayez, ou envoyez-en un plus petit",
        es: "Leer el archivo ha llevado demasiado tiempo, así que ahora no se puede aceptar. Inténtelo de nuevo, o envíe uno más pequeño",
    },
    Fault {
        desk: Refusal::Unreadable.words(),
        en: "The file cannot be read: it is damaged, or built in a way that cannot be shown here. Save it anew, or send a photo of the document",
        fr: "Le fichier ne peut pas être lu : il est endommagé, ou construit d’une manière que nous ne pouvons pas afficher. Enregistrez-le de nouveau, ou envoyez une photo du document",
        es: "El archivo no se puede leer: está dañado, o hecho de un modo que no podemos mostrar. Guárdelo de nuevo, o envíe una foto del documento",
    },
];
