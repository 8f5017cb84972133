"""What a packet says beside keywords, in the styles of the programs that write it."""

from __future__ import annotations

NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "stArea": "http://ns.adobe.com/xmp/sType/Area#",
    "stDim": "http://ns.adobe.com/xap/1.0/sType/Dimensions#",
    "apple-fi": "http://ns.apple.com/faceinfo/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "tagbridge": "http://ns.tagbridge.org/1.0/",
}

# The picture of the tests is 48 x 32. Each holds one face, Ann, of 0.2 x 0.3 around (0.5, 0.4).
LIGHTROOM = """<mwg-rs:Regions rdf:parseType="Resource">
    <mwg-rs:AppliedToDimensions stDim:w="48" stDim:h="32" stDim:unit="pixel"/>
    <mwg-rs:RegionList>
     <rdf:Bag>
      <rdf:li>
       <rdf:Description mwg-rs:Rotation="0.00000" mwg-rs:Name="Ann" mwg-rs:Type="Face">
        <mwg-rs:Area stArea:h="0.3" stArea:w="0.2" stArea:x="0.5" stArea:y="0.4"
         stArea:unit="normalized"/>
       </rdf:Description>
      </rdf:li>
     </rdf:Bag>
    </mwg-rs:RegionList>
   </mwg-rs:Regions>"""
EXIFTOOL = """<mwg-rs:Regions rdf:parseType='Resource'>
   <mwg-rs:AppliedToDimensions rdf:parseType='Resource'>
    <stDim:h>32</stDim:h><stDim:unit>pixel</stDim:unit><stDim:w>48</stDim:w>
   </mwg-rs:AppliedToDimensions>
   <mwg-rs:RegionList>
    <rdf:Bag>
     <rdf:li rdf:parseType='Resource'>
      <mwg-rs:Area rdf:parseType='Resource'>
       <stArea:h>0.3</stArea:h><stArea:unit>normalized</stArea:unit><stArea:w>0.2</stArea:w>
       <stArea:x>0.5</stArea:x><stArea:y>0.4</stArea:y>
      </mwg-rs:Area>
      <mwg-rs:Name>Ann</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type>
     </rdf:li>
    </rdf:Bag>
   </mwg-rs:RegionList>
  </mwg-rs:Regions>"""
DIGIKAM = """<mwg-rs:Regions><rdf:Description>
    <mwg-rs:AppliedToDimensions><rdf:Description stDim:w="48" stDim:h="32" stDim:unit="pixel"/>
    </mwg-rs:AppliedToDimensions>
    <mwg-rs:RegionList><rdf:Seq><rdf:li><rdf:Description mwg-rs:Name="Ann">
     <mwg-rs:Type>Face</mwg-rs:Type>
     <mwg-rs:Area rdf:parseType="Resource"><stArea:x>0.5</stArea:x><stArea:y>0.4</stArea:y>
      <stArea:w>0.2</stArea:w><stArea:h>0.3</stArea:h><stArea:unit>normalized</stArea:unit>
     </mwg-rs:Area></rdf:Description></rdf:li></rdf:Seq></mwg-rs:RegionList>
   </rdf:Description></mwg-rs:Regions>"""
APPLE = """<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Seq>
    <rdf:li rdf:parseType="Resource">
     <mwg-rs:Area rdf:parseType="Resource"><stArea:y>0.4</stArea:y><stArea:w>0.2</stArea:w>
      <stArea:x>0.5</stArea:x><stArea:h>0.3</stArea:h><stArea:unit>normalized</stArea:unit>
     </mwg-rs:Area><mwg-rs:Type>Face</mwg-rs:Type><mwg-rs:Name>Ann</mwg-rs:Name>
     <mwg-rs:Extensions rdf:parseType="Resource">
      <apple-fi:ConfidenceLevel>350</apple-fi:ConfidenceLevel></mwg-rs:Extensions>
    </rdf:li></rdf:Seq></mwg-rs:RegionList>
    <mwg-rs:AppliedToDimensions rdf:parseType="Resource"><stDim:h>32</stDim:h>
     <stDim:w>48</stDim:w><stDim:unit>pixel</stDim:unit></mwg-rs:AppliedToDimensions>
   </mwg-rs:Regions>"""
UNDERSTOOD = {
    "Lightroom": LIGHTROOM,
    "ExifTool": EXIFTOOL,
    "digiKam": DIGIKAM,
    "Apple": APPLE,
}
ODD = {
    "of another size": LIGHTROOM.replace('stDim:w="48"', 'stDim:w="32"'),
    "in pixels": LIGHTROOM.replace('stArea:unit="normalized"', 'stArea:unit="pixel"'),
    "round": LIGHTROOM.replace('stArea:h="0.3" stArea:w="0.2"', 'stArea:d="0.2"'),
    "without a size of the picture": LIGHTROOM.replace("AppliedToDimensions", "Applied"),
    "not a number": LIGHTROOM.replace('stArea:x="0.5"', 'stArea:x="nan"'),
    "of an endless picture": LIGHTROOM.replace('stDim:w="48"', 'stDim:w="1e999"'),
    "without a list": '<mwg-rs:Regions rdf:parseType="Resource"></mwg-rs:Regions>',
    "twice": LIGHTROOM + EXIFTOOL,
    "a text": "<mwg-rs:Regions>Ann</mwg-rs:Regions>",
}
LANGUAGES = """<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Sea</rdf:li>
    <rdf:li xml:lang="de">Meer</rdf:li><rdf:li xml:lang="fr">Mer</rdf:li></rdf:Alt></dc:title>"""
FURTHER = (
    LANGUAGES,
    "<dc:title>plain</dc:title>",
    '<dc:description><rdf:Alt><rdf:li xml:lang="x-default"/></rdf:Alt></dc:description>',
    (
        "<Iptc4xmpCore:AltTextAccessibility><rdf:Alt>"
        '<rdf:li xml:lang="x-default">mine</rdf:li></rdf:Alt></Iptc4xmpCore:AltTextAccessibility>'
    ),
    "<Iptc4xmpCore:AltTextAccessibility/>",
    (
        "<Iptc4xmpCore:ExtDescrAccessibility><rdf:Alt>"
        '<rdf:li xml:lang="de">lang</rdf:li></rdf:Alt></Iptc4xmpCore:ExtDescrAccessibility>'
    ),
    (
        "<Iptc4xmpExt:PersonInImage><rdf:Bag>"
        "<rdf:li>Ann</rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImage>"
    ),
    "<Iptc4xmpExt:PersonInImage><rdf:Seq/></Iptc4xmpExt:PersonInImage>",
    "<Iptc4xmpExt:PersonInImage>Ann</Iptc4xmpExt:PersonInImage>",
    (
        "<Iptc4xmpExt:ImageRegion><rdf:Bag><rdf:li><rdf:Description><Iptc4xmpExt:Name><rdf:Alt>"
        '<rdf:li xml:lang="x-default">Cat</rdf:li></rdf:Alt></Iptc4xmpExt:Name></rdf:Description>'
        "</rdf:li></rdf:Bag></Iptc4xmpExt:ImageRegion>"
    ),
    '<tagbridge:Colors rdf:parseType="Resource"/>',
    "<tagbridge:OcrText>OPEN</tagbridge:OcrText>",
)


def packet(*bodies: str, attributes: str = "") -> bytes:
    """Return a packet that says all this."""
    declared = "".join(f' xmlns:{p}="{u}"' for p, u in NAMESPACES.items())
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{NAMESPACES["rdf"]}">'
        f'<rdf:Description rdf:about=""{declared}{attributes}>\n   {chr(10).join(bodies)}\n'
        "  </rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()
